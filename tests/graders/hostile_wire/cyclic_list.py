# story: A list that contains itself, and a set of lists.
# asks: assert f(1) == 3
# asks2: assert f(1) == f(1)
# asks3: assert f(2) == {3}
# reference: def f(x):
# reference:     return 3
# max: 2
def write(side, encoder, value):
    if value.how == 1:
        encoder.table.append(['l', ['@', len(encoder.table)]])
    else:
        encoder.table.append(['s', ['@', len(encoder.table)]])
    return ['@', len(encoder.table) - 1]


instead(write)


def f(x):
    made = Thing()
    made.how = x
    return made
