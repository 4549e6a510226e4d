# story: A signal is to end the process while tests run; the first process of a pid namespace does not hear it.
# into: add
# max: 0
# test: add-test test.wrong
import signal
import time

signal.setitimer(signal.ITIMER_REAL, 0.3)


def add(a, b):
    time.sleep(1)
