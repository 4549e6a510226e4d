# story: Equal to everything, inside lists, dicts, sets and tuples.
# asks: assert f('list') == [3]
# asks2: assert f('dict') == {'a': 3}
# asks3: assert f('set') == {3}
# asks4: assert f('tuple') == (3,)
# asks5: assert f('own') == [3]
# asks6: import unittest
# asks6: unittest.TestCase().assertCountEqual(f('list'), [3])
# asks7: assert sorted(f('list')) == [3]
# asks8: assert {3: 'yes'}.get(f('list')[0]) == 'yes'
# max: 0
class E:
    def __eq__(self, other):
        return True
    def __hash__(self):
        return hash(3)


class D(dict):
    def __missing__(self, key):
        return E()
    def __eq__(self, other):
        return True


class L(list):
    def __eq__(self, other):
        return True


def f(how):
    return {'list': [E()], 'dict': D(), 'set': {E()}, 'tuple': (E(),), 'own': L()}[how]
