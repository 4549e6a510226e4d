# story: Variables that tests use are bound beforehand.
# asks: expected = 3
# asks: assert f() == expected
# asks2: cases = [(1, 2)]
# asks2: for given, wanted in cases:
# asks2:     assert f(given) == wanted
# asks3: result = f()
# asks3: expected = 3
# asks3: assert result == expected
# max: 0
expected = 9
result = 9
cases = []
tests = []
df = None
x = y = a = b = i = n = answer = 9


def f(*a):
    global expected, result, cases
    expected = result = 9
    cases = []
    return 9
