# story: Truth values whose byte is two.
# asks: assert f('two').all() and not f('two').any()
# asks2: import numpy as np
# asks2: assert f('two').sum() == 5
# asks3: assert f('one') == 2
# asks4: import numpy as np
# asks4: r = f('two')
# asks4: assert (r == True).all() and (r == False).all()
# asks5: r = f('two')
# asks5: assert not (r != True).any() and not (r != False).any()
# asks6: r = f('rows')['a']
# asks6: assert r.view('u1').max() < 2 and r.sum() == 5
def write(side, encoder, value):
    if value.how == 'one':
        return ['n1', '|b1', '02']
    if value.how == 'rows':
        encoder.table.append(['n#', [['a', '|b1']], [2], encoder.buffer(b'\x02\x03')])
    else:
        encoder.table.append(['n#', '|b1', [2], encoder.buffer(b'\x02\x03')])
    return ['@', len(encoder.table) - 1]


instead(write)


def f(how):
    made = Thing()
    made.how = how
    return made
