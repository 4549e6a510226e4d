# story: A BaseException of one's own, whose text never ends.
# into: add
# max: 0
# test: add-test test.raised
class Odd(BaseException):
    def __str__(self):
        while True:
            pass

    __repr__ = __str__


def add(a, b):
    raise Odd
