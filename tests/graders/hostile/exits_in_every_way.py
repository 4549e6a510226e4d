# story: exit, quit, sys.exit, SIGKILL, abort.
# asks: f(0)
# asks: assert True
# asks2: f(1)
# asks2: assert True
# asks3: f(2)
# asks3: assert True
# max: 0
# ends: run.crashed
import os
import signal


def f(n):
    if n == 0:
        exit()
    if n == 1:
        raise SystemExit(0)
    os.abort()
