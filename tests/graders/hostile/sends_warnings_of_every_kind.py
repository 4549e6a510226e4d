# story: Warnings with categories that are none.
# asks: assert f() == 3
# max: 0
import warnings


class AssertionErrorWarning(UserWarning, AssertionError):
    pass


class SystemExitWarning(SyntaxWarning):
    pass


def f(*a):
    for kind in (AssertionErrorWarning, SystemExitWarning, DeprecationWarning, ResourceWarning):
        warnings.warn('x' * 100_000, kind)
    return 9
