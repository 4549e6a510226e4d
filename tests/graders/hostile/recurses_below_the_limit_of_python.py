# story: Recursion with the interpreter's own limit lifted.
# into: add
# max: 0
import sys

sys.setrecursionlimit(10**9)


def add(a, b):
    return repr(make())


def make():
    x = []
    for _ in range(10**6):
        x = [x]
    return x
