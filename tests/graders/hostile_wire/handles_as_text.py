# story: Numbers that are none.
# asks: assert f(0) == 3
# asks2: assert f(1) == 3
# asks3: assert f(2) == 3
# asks4: assert f(3) == 3
# asks5: assert f(4) == 3
# asks6: assert f(5) == 3
# asks7: assert f(6) == 3
def write(side, encoder, value):
    return ['h', value.n, {'k': 'object', 'of': ['ty', 'object']}]


instead(write)


def f(x):
    made = Thing()
    made.n = [True, -1, 1 << 80, 'a', None, [], 1.5][x]
    return made
