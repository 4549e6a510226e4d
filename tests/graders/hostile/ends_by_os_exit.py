# story: The process leaves in the middle of a cell.
# into: add
# max: 0
# test: add-test run.exited
# test: mean-test run.exited
import os

os._exit(0)
