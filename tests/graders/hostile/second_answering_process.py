# story: A fork that goes on answering beside the first.
# asks: assert f() == 3
# asks2: assert f() == 3
# max: 0
# patience: 2
import os


def f(*a):
    os.fork()
    return 9
