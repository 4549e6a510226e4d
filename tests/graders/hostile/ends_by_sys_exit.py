# story: A cell that exits ends the cell, not the grading.
# into: add
# max: 0
# test: mean-test test.not_answered
import sys

sys.exit(0)
