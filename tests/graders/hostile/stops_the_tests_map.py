# story: An honest-looking StopIteration that would end the test's `map`.
# asks: assert all(map(lambda c: f(c) == c + 1, [1, 2, 3]))
# asks2: seen = [f(c) == c for c in [1]]
# asks2: assert seen == [True]
# asks3: assert not list(filter(lambda c: f(c) != 9, [1, 2]))
# max: 0
def f(*a):
    raise StopIteration
