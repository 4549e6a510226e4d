# story: The test's last value is the learner's: none of these is a number of points.
# asks: f('nan')
# asks2: f('inf')
# asks3: f('minus')
# asks4: f('more')
# asks5: f('bool')
# asks6: f('text')
# asks7: f('decimal')
# asks8: f('fraction')
# asks9: f('handle')
# asks10: f('list')
# asks11: f('nptrue')
# asks12: f('complex')
# asks13: f('big')
# asks14: f('npnan')
# asks15: f('array')
# asks16: f('zero')
# reference: def f(how):
# reference:     return 2
# max: 0
import numpy as np
from decimal import Decimal
from fractions import Fraction


class E(float):
    def __repr__(self):
        return '2'


class H:
    def __float__(self):
        return 2.0
    __int__ = __index__ = lambda self: 2


VALUES = {'nan': float('nan'), 'inf': float('inf'), 'minus': -1, 'more': 2.01, 'bool': True, 'text': '2', 'decimal': Decimal(2), 'fraction': Fraction(2), 'handle': H(), 'list': [2], 'nptrue': np.bool_(True), 'complex': 2 + 0j, 'big': 10**40, 'npnan': np.float64('nan'), 'array': np.array([2.0]), 'zero': -0.0}


def f(how):
    return VALUES[how]
