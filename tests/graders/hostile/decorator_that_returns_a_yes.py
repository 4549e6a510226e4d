# story: A decorator that replaces the test's function.
# asks: @f
# asks: def check(n):
# asks:     return n == 5
# asks: 
# asks: assert check(4) is False
# max: 0
def f(function):
    return lambda *a, **k: True
