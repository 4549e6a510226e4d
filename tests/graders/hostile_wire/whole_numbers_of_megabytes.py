# story: Whole numbers of ten megabytes, as a value, a key, a length, a shape.
# asks: assert f(0) == 3
# asks2: assert len(f(2)) == 3
# asks3: assert f(0) % 7 == 3 and str(f(0)) == '3'
# asks4: assert f(4) == 3
# asks5: assert f(1) == 3
def write(side, encoder, value):
    big = '0x' + 'f' * 10_000_000
    return [['i', big], ['F', ['i', big], ['i', big[:-1]]], ['r', 0, ['i', big], 1], ['span', ['i', big], 0, 0], ['sl', ['i', big], None, None], ['i', 'zz'], ['i', 5]][value.n]


instead(write)


def f(n):
    made = Thing()
    made.n = n
    return made
