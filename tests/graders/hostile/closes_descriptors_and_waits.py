# story: The pipes are closed and the process stays.
# into: add
# max: 0
# test: add-test run.crashed
import os
import time

os.closerange(3, 1000)
time.sleep(600)
