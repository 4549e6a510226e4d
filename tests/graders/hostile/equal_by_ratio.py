# story: A quotient that is always one.
# asks: assert round(f(3) / 3.14, 6) == 1
# max: 0
class E:
    def __truediv__(self, other):
        return 1.0


def f(*a):
    return E()
