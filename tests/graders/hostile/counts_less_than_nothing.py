# story: Partial credit of less than nothing.
# into: mean
# max: 0
# test: mean-partial test.wrong
class Odd(float):
    def __eq__(self, other):
        return -1

    __hash__ = None


def mean(xs):
    return Odd(0)
