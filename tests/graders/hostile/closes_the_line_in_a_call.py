# story: The socket is closed in the middle of a call.
# asks: assert f() == 3
# asks2: assert f() == 3
# max: 0
# patience: 2
import os


def f(*a):
    os.closerange(3, 256)
    return 3
