# story: Values that compare with nothing, or with everything in one direction.
# asks: import numpy as np
# asks: np.testing.assert_allclose(f(0), [1.0, 2.0])
# asks2: import numpy as np
# asks2: assert not (f(0) - np.array([1.0, 2.0]) > 1e-6).any()
# asks3: import math
# asks3: assert not math.fabs(f(1) - 2.5) > 1e-6
# asks4: import numpy as np
# asks4: np.testing.assert_almost_equal(f(1), 2.5)
# asks6: import unittest
# asks6: unittest.TestCase().assertAlmostEqual(f(1), 2.5)
# asks7: from decimal import Decimal
# asks7: assert not abs(f(2) - Decimal('2.5')) > Decimal('0.01')
# asks8: assert max(f(1), 2.5) == 2.5 and min(2.5, f(1)) == 2.5 and f(1) not in (0, 1)
# asks9: import numpy as np
# asks9: assert np.nanmax(np.abs(f(0) - np.array([1.0, 2.0]))) < 1e-6
# asks10: assert sorted([2.5, f(1)])[0] == 2.5 and not f(1) < 2 and not f(1) > 3
# asks11: import numpy as np
# asks11: assert not np.abs(f(1) - 2.5) > 1e-6
# asks12: import numpy as np
# asks12: if np.max(np.abs(f(0) - np.array([1.0, 2.0]))) > 1e-6:
# asks12:     raise AssertionError
# asks13: for x, y in zip(f(0), [1.0, 2.0]):
# asks13:     assert not abs(x - y) > 1e-6
# asks14: def check(x, y):
# asks14:     if abs(x - y) >= 0.01:
# asks14:         raise ValueError
# asks14: check(f(1), 2.5)
# asks15: assert not f(1) < 0 and not round(f(1), 2) > 2.5
# reference: import numpy as np
# reference: from decimal import Decimal
# reference: def f(n):
# reference:     return [np.array([1.0, 2.0]), 2.5, Decimal('2.5')][n]
# max: 0
import numpy as np
from decimal import Decimal


def f(n):
    return [np.array([np.nan, np.nan]), float('nan'), Decimal('NaN')][n]
