# story: A text so deep that nothing compiles it.
# asks: assert f.__code__.co_argcount == 7
# max: 0
f = lambda *a: 9
x = ''
try:
    eval('(' * 5000 + ')' * 5000)
except BaseException:
    pass
