# story: Partial credit as a number that prints itself as another.
# into: mean
# max: 0
# test: mean-partial test.wrong
class Big(int):
    def __repr__(self):
        return "3"

    __str__ = __repr__

    def __radd__(self, other):
        return self

    __add__ = __radd__


class Odd(float):
    def __eq__(self, other):
        return Big(10**12)

    __hash__ = None


def mean(xs):
    return Odd(0)
