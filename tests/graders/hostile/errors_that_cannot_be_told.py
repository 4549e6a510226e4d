# story: Exceptions whose text raises, whose arguments lie, with causes in a circle, with notes by the megabyte, in groups.
# asks: try:
# asks:     f(0)
# asks: except ValueError as e:
# asks:     assert str(e) == 'x'
# asks2: try:
# asks2:     f(1)
# asks2: except ValueError as e:
# asks2:     assert e.args[0] == 3 and e.__cause__ == 3
# asks3: import unittest
# asks3: with unittest.TestCase().assertRaisesRegex(ValueError, '^ok$'):
# asks3:     f(2)
# asks4: try:
# asks4:     f(3)
# asks4: except* ValueError as g:
# asks4:     assert g.exceptions == (3,)
# asks5: try:
# asks5:     f(4)
# asks5: except f('kind'):
# asks5:     raise AssertionError
# asks5: except BaseException as e:
# asks5:     assert e == 3
# max: 0
class Yes:
    def __eq__(self, o):
        return True

    def __str__(self):
        raise RuntimeError


class Bad(ValueError):
    def __str__(self):
        raise RuntimeError

    def __eq__(self, o):
        return True

    @property
    def args(self):
        return (Yes(),)

    __hash__ = ValueError.__hash__


class Kind(type):
    def __instancecheck__(cls, o):
        return True


def f(how):
    if how == 'kind':
        return Kind('K', (Exception,), {})
    if how == 1:
        e = Bad(Yes())
        e.__cause__ = e
        e.add_note('x' * 10**7)
        raise e
    if how == 3:
        raise ExceptionGroup('g', [Bad(1), Bad(2)])
    raise Bad('nok')
