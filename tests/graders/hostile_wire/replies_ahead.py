# story: Three answers before the question.
for _ in range(3):
    say('')
say(['t', True, 3])
say(3)


def f(x):
    return 4
