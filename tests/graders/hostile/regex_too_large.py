# story: A pattern that takes all memory to compile.
# asks: assert f().match('b')
# max: 0
# patience: 1.5
import re


def f(*a):
    return re.compile('(?:(?:(?:a{1,500}){1,500}){1,500}){1,500}')
