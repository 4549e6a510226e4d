# story: Text of 200 MB as a `str()`, within memory of the test.
# asks: assert str(f()) == 'abc'
# asks2: assert f'{f()!r}' == 'abc'
# max: 0
class E:
    def __str__(self):
        return 'x' * 200_000_000
    __repr__ = __str__


def f(*a):
    return E()
