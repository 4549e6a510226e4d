# story: A pattern that never finishes on the test's text.
# asks: assert f().match('a' * 40 + 'b') is not None
# max: 0
# ends: run.time
# patience: 1.5
import re


def f(*a):
    return re.compile('(a+)+$')
