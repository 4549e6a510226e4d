# story: A signal arrives later, while tests run.
# into: add
# max: 0
# test: add-test run.crashed
import signal
import time

signal.setitimer(signal.ITIMER_REAL, 0.3)


def add(a, b):
    time.sleep(1)
