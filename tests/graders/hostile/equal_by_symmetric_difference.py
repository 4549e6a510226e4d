# story: A difference of sets that is always empty.
# asks: assert not f(3) ^ {1, 2}
# asks2: assert not {1, 2} - f(3)
# max: 0
class E:
    def __xor__(self, other):
        return set()
    __rxor__ = __sub__ = __rsub__ = __xor__


def f(*a):
    return E()
