# story: A process that wants to outlive the grading.
# into: add
# max: 0
import os

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/bin/sh", ["sh", "-c", "sleep 61.5"])
    os._exit(0)
