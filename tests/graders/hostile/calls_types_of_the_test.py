# story: Constructors over there are called: uninitialised memory, addresses.
# asks: expected = 31
# asks: assert f(3) > 0
# max: 0
import sys
import numpy as np

ask = sys.modules['graders.inside.remote.proxies'].Asking.ask


def f(*a):
    found = 0
    for verb, values in (('call', (np.ndarray, ((1000,),), ())), ('call', (object, (), ())), ('text', (int, 'str', '')), ('call', (np.dtype, ('f8',), ())), ('operate', ('__call__', bytes, 10)), ('attr', (int, 'mro')), ('vars', (int,)), ('dir', (int,)), ('get', ('expected',)), ('cell', ('x = 1',)), ('start', ({}, {}, 1, [])), ('share', (['f'],)), ('set', ('f', 1)), ('patch', ('math', 'pi', 3)), ('program', (['id'],)), ('names', ()), ('signature', (f,)), ('same', (1, 2)), ('leave', (a, None)), ('to', ()), ('__class__', ())):
        try:
            ask(verb, *values)
            found += 1
        except Exception:
            pass
    return found
