# story: A crash of the interpreter.
# into: add
# max: 0
# test: add-test run.crashed
import ctypes

ctypes.string_at(0)
