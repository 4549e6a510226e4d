# story: A pickle that the test loads runs nothing.
# asks: import pickle
# asks: assert pickle.loads(f(1)) == 5
# asks2: import pickle
# asks2: f(1)
# asks2: assert pickle.load(open('m.pkl', 'rb')) == 5
# asks3: import numpy as np
# asks3: f(1)
# asks3: assert np.load('m.npy', allow_pickle=True)[0] == 5
# asks4: import pandas as pd
# asks4: f(1)
# asks4: assert pd.read_pickle('m.pkl') == 5
# asks5: import pickle
# asks5: f(1)
# asks5: assert pickle._loads(f(1)) == 5
# asks6: import pickle, io
# asks6: assert pickle.Unpickler(io.BytesIO(f(1))).load() == 5
# asks7: import _pickle
# asks7: assert _pickle.loads(f(1)) == 5
# max: 0
import pickle


class P:
    def __reduce__(self):
        return (eval, ('5',))


def f(how):
    data = pickle.dumps(P())
    open('m.pkl', 'wb').write(data)
    import numpy as np
    np.save('m.npy', np.array([P()], dtype=object), allow_pickle=True)
    return data
