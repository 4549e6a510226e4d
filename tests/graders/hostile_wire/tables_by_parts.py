# story: Tables whose columns, indexes and zones are nonsense.
# asks7: import pandas as pd
# asks7: assert f(6).equals(pd.Series([1]))
# asks6: import pandas as pd
# asks6: assert f(5).equals(pd.Series([1]))
# asks: import pandas as pd
# asks: assert f(0).equals(pd.Series([1]))
PARTS = [
    ['pf', [['np', ['@', 0]]], ['pr', 0, 1 << 50, 1, None], ['pr', 0, 1, 1, None]],
    ['ps', ['cat', ['@', 0], ['t'], 1], ['pr', 0, 1, 1, None], None],
    ['ps', ['tz', ['@', 0], 'dateutil//etc/passwd', 'ns'], ['pr', 0, 1, 1, None], None],
    ['ps', ['per', ['@', 0], '999999999999Y'], ['pr', 0, 1, 1, None], None],
    ['ps', ['ext', ['@', 0], 'object'], ['pr', 0, 1, 1, None], None],
    ['ps', ['np', ['@', 0]], ['pi', ['np', ['@', 0]], ['t', ['l']], 'W-ABC'], ['t', ['t']]],
    ['pf', [['np', ['@', 0]]] * 20_000, ['pr', 0, 1, 1, None], ['pr', 0, 20_000, 1, None]],
]


def write(side, encoder, value):
    encoder.table.append(['n#', '<i8', [1], encoder.buffer(bytes(8))])
    encoder.table.append(PARTS[value.n])
    return ['@', len(encoder.table) - 1]


instead(write)


def f(n):
    made = Thing()
    made.n = n
    return made
