# story: A hundred thousand numbers with one hash, as a set and as keys.
# patience: 3
SAME = [n * (2**61 - 1) for n in range(1, 100_000)]


def write(side, encoder, value):
    encoder.table.append(['s', *[['i', hex(n)] for n in SAME]])
    return ['@', len(encoder.table) - 1]


instead(write)


def f(x):
    return Thing()
