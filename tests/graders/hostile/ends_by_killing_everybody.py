# story: Everything in sight is killed, and then the process itself, which as the first of its pid namespace lives on.
# into: add
# max: 0
# test: add-test test.missing_name
import os

for target in (1, -1, os.getppid(), os.getpid()):
    try:
        os.kill(target, 9)
    except OSError:
        pass
