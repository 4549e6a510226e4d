# story: input() with nobody there.
# into: add
# max: 0
# test: add-test test.input
n = input("a = ")


def add(a, b):
    return int(n) + b
