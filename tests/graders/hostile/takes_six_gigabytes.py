# story: More memory than there may be.
# into: add
# max: 0
# test: add-test test.memory
def add(a, b):
    return len(bytearray(6_000_000_000)) and a + b
