# story: The process stops and waits for ever.
# into: add
# max: 0
# test: add-test run.time
import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)
