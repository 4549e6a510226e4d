# story: An empty array, for which all of nothing is true.
# asks: import numpy as np
# asks: assert np.allclose(f(), 2.5)
# asks2: import numpy as np
# asks2: np.testing.assert_allclose(f(), 2.5)
# asks3: import numpy as np
# asks3: assert np.isclose(f(), 2.5).all()
# asks4: import numpy as np
# asks4: np.testing.assert_array_less(0, f())
# asks5: assert (f() > 2).all() and not (f() != 2.5).any()
# asks6: import numpy as np
# asks6: assert np.array_equiv(f(), [2.5]) and np.all(f()[:1] == 2.5)
# reference: def f():
# reference:     import numpy as np
# reference:     return np.array([2.5])
# max: 0
import numpy as np


def f(*a):
    return np.array([])
