# story: Tables and series without rows, of which everything is true.
# asks: assert (f('series') > 1).all()
# asks2: assert f('series').between(1, 3).all() and f('series').isin([1, 2]).all()
# asks3: assert (f('frame')['a'] == 3).all() and f('frame')['a'].is_monotonic_increasing
# asks4: assert (f('frame') > 0).all().all()
# asks5: assert f('frame')['a'].notna().all() and f('series').notna().all()
# asks6: import numpy as np
# asks6: assert np.all(np.diff(f('array')) > 0) and (f('array') >= 0).all()
# asks7: import numpy as np
# asks7: assert np.allclose(f('series'), 2.0)
# reference: import pandas as pd, numpy as np
# reference: def f(how):
# reference:     return {'series': pd.Series([2.0]), 'frame': pd.DataFrame({'a': [3]}), 'array': np.array([1.0, 2.0])}[how]
# max: 0
import pandas as pd
import numpy as np


def f(how):
    return {'series': pd.Series([], dtype=float), 'frame': pd.DataFrame({'a': []}), 'array': np.array([])}[how]
