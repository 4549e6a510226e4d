# story: Numbers that take for ever to be printed, raised, counted to, repeated.
# asks: assert 2 ** f(0) % 7 == 3
# max: 0
# patience: 2
def f(n):
    return 10 ** 12
