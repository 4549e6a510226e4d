# story: Everything in sight is killed, and then the process itself.
# into: add
# max: 0
# test: add-test run.crashed
import os

for target in (1, -1, os.getppid(), os.getpid()):
    try:
        os.kill(target, 9)
    except OSError:
        pass
