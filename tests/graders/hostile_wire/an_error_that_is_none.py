# story: An error whose value is no exception.
def f(x):
    say(3, kind='!', word='raised')
    return 4
