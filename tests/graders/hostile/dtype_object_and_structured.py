# story: Arrays of dtype object, structured, of zero strides and of NaT.
# asks: import numpy as np
# asks: assert np.allclose(f(0), [1.0, 2.0, 3.0])
# asks2: import numpy as np
# asks2: assert np.allclose(f(1), [1.0, 2.0, 3.0])
# asks3: import numpy as np
# asks3: assert np.allclose(f(2), [1.0, 2.0, 3.0])
# asks4: import numpy as np
# asks4: assert np.allclose(f(3), [1.0, 2.0, 3.0])
# asks5: import numpy as np
# asks5: assert np.allclose(f(4), [1.0, 2.0, 3.0])
# asks6: import numpy as np
# asks6: assert np.allclose(f(5), [1.0, 2.0, 3.0])
# max: 0
# patience: 3
import numpy as np


def f(n):
    return [
        np.array([object(), lambda: 0], dtype=object),
        np.zeros(3, dtype=[('a', 'O'), ('b', 'f8')]),
        np.lib.stride_tricks.as_strided(np.zeros(1), (10**6, 10**6), (0, 0)),
        np.array(['NaT'], dtype='M8[ns]'),
        np.zeros(2, dtype='V7'),
        np.zeros((0, 10**12)),
    ][n]
