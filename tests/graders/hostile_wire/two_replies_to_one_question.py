# story: The true answer and a second one.
# asks: assert f(1) == 3
# max: 2
# asks2: assert f(1) == 3 and f(2) == 4
def f(x):
    say(3)
    return 3
