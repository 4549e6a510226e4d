# story: Partial credit of more than there is.
# into: mean
# max: 0
# test: mean-partial test.wrong
class Odd(float):
    def __eq__(self, other):
        return 100

    __hash__ = None


def mean(xs):
    return Odd(0)
