# story: A float whose text says 2 and whose value is 0.
# asks: f()
# reference: def f(*a):
# reference:     return 2.0
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


def f(*a):
    return E(0)
