# story: The same with contextlib.suppress.
# asks: with f():
# asks:     assert 1 == 5
# asks2: with f():
# asks2:     assert f(3) == 5
# max: 0
import contextlib


def f(*a):
    return contextlib.suppress(BaseException)
