# story: Arrays whose dtype is no plain one.
# asks: assert f(0, 0, 0, 0) == 3
# asks2: assert f(3, 4, 0, 0) == 3
TYPES = ['O', '|O8', 'V8', 'S2147483647', 'U500000000', 'M8[1000000000Y]', 'm8[generic]', '(1000000000,)i4', 'i4,f8', '>i3', 'x' * 63, 'p', 'b1', '?', 'f2', '>g', 'T', '<M8[as]', 'c1', 'a', 'datetime64[ns, UTC]', [['a', 'O']], [['', '<i4'], ['', '<i4']], [['a', [['b', [['c', [['d', [['e', 'i4']]]]]]]]]], [['f0', 'U0']] * 300, None, 5, {}]
DATA = [b'', b'\x02', b'\xff' * 8, b'\x00' * 64]


def write(side, encoder, value):
    kind, shape, data = TYPES[value.a], [[0], [], [1], [2, 0, 3], [1 << 40, 0], [-1], [True], ['1'], [1] * 40][value.b], DATA[value.c]
    if value.d:
        return ['n1', kind, data.hex()]
    encoder.table.append(['n#', kind, shape, encoder.buffer(data)])
    return ['@', len(encoder.table) - 1]


instead(write)


def f(a, b, c, d):
    made = Thing()
    made.a, made.b, made.c, made.d = a, b, c, d
    return made
