# story: The test is told to forget all links, again and again.
# asks: x = [1]
# asks: assert f(x) == [3] and f(x) == [3]
def f(x):
    _peer.links.forget_unused = lambda needed: list(range(-5, 2000)) + [None, 'x', 1.5]
    return [4]
