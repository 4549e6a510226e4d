# story: An array of objects with a shape of nothing times everything.
say(['@', 0], [['n[]', 'O', [1 << 40, 1 << 40, 0], []]])


def f(x):
    return 3
