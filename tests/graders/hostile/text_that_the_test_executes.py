# story: The test evaluates the learner's text.
# asks: r = {}
# asks: exec(submission.source('answer'), r)
# asks: assert r['f'](1) == 3
# max: 0
LONG = '(lambda *a: 3)(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)'


def f(*a):
    return LONG
