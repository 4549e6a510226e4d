# story: The list becomes something else inside.
# asks: x = [1]
# asks: assert f(x) == x[0]
# reference: def f(x):
# reference:     return x[0]
# max: 0
def f(x):
    x[:] = [lambda: 0, object(), x, {'a': x}]
    return 0
