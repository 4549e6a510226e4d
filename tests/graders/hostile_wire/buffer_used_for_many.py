# story: One buffer behind a hundred arrays of its full size.
def write(side, encoder, value):
    at = encoder.buffer(bytes(60 * 2**20))
    start = len(encoder.table)
    encoder.table += [['n#', '|u1', [60 * 2**20], at] for _ in range(100)]
    encoder.table.append(['l', *[['@', start + n] for n in range(100)]])
    return ['@', len(encoder.table) - 1]


instead(write)


def f(x):
    return Thing()
