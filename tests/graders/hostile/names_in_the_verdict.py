# story: Words of the learner that would like to be shown.
# asks: assert f() == 3
# max: 0
# test: asked test.raised
CANARY = 'CANARY_' + '7f3a9c'


def f(*a):
    raise type('CANARY_' + '7f3a9c', (Exception,), {})('CANARY_' + '7f3a9c')
