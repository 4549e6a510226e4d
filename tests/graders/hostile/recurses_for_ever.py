# story: Recursion without an end.
# into: add
# max: 0
# test: add-test test.recursion
def add(a, b):
    return add(a, b)
