# story: Sixteen megabytes of JSON, the most there may be.
say([1] * 3_000_000)


def f(x):
    return 3
