# story: The process wants to stop and wait for ever; as the first of its pid namespace it cannot.
# into: add
# max: 0
# test: add-test test.missing_name
import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)
