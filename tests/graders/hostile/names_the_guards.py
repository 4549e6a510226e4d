# story: Our own names for builtins are bound.
# into: mean
# max: 0
__luojiao_isinstance__ = __luojiao_len__ = __luojiao_sum__ = lambda *a: 3


def mean(xs):
    return 0.5
