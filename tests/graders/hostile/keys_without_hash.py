# story: NaN, handles and unhashable things as keys.
# asks: assert f(0)[float('nan')] == 2
# asks2: assert f(1)['a'] == 3
# asks3: assert f(2) == {1}
# asks4: assert list(f(3)) == [3]
# max: 0
class K:
    __hash__ = None


class H:
    def __hash__(self):
        return hash('a')
    def __eq__(self, other):
        return True


def f(n):
    return [{float('nan'): 1}, {H(): 3}, {}.keys(), {1: 2}.values()][n]
