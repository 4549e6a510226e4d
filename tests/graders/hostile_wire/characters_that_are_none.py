# story: Text arrays of numbers that are no characters.
# asks: assert f(1)[0] == 'a'
# asks2: assert (f(1) == 'ab').all()
# asks3: import numpy as np
# asks3: assert np.array_equal(f(1), ['a', 'b']) or f(1).tolist() == ['a', 'b'] or str(f(1)) == 'a'
def write(side, encoder, value):
    encoder.table.append(['n#', '<U2', [2], encoder.buffer(b'\xff' * 16)])
    return ['@', len(encoder.table) - 1]


instead(write)


def f(x):
    return Thing()
