# story: pandas objects with hostile names and codes.
# asks: import pandas as pd
# asks: pd.testing.assert_frame_equal(pd.DataFrame(f(0)), pd.DataFrame({'x': [5, 6]}))
# asks2: import pandas as pd
# asks2: pd.testing.assert_frame_equal(pd.DataFrame(f(1)), pd.DataFrame({'x': [5, 6]}))
# asks3: import pandas as pd
# asks3: pd.testing.assert_frame_equal(pd.DataFrame(f(2)), pd.DataFrame({'x': [5, 6]}))
# asks4: import pandas as pd
# asks4: pd.testing.assert_frame_equal(pd.DataFrame(f(3)), pd.DataFrame({'x': [5, 6]}))
# max: 0
import numpy as np
import pandas as pd


def f(n):
    odd = pd.Series([1, 2], name='__class__')
    bad = pd.Categorical(['a', 'b'])
    bad._codes = np.array([7, 9], dtype='int8')
    index = pd.Index([1, 2], name=lambda: 0)
    return [odd, pd.Series(bad), pd.DataFrame({'a': [1, 2]}, index=index), pd.DataFrame({lambda: 0: [1], object(): [2]})][n]
