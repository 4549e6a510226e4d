# story: Text that is there to be found and never runs: a later definition, a string, a comment, a branch never taken.
# asks: import inspect
# asks: assert 'sorted' not in inspect.getsource(f) and f([2, 1]) == [1, 2]
# asks2: import inspect, ast
# asks2: tree = ast.parse(inspect.getsource(f))
# asks2: assert any(isinstance(n, ast.For) for n in ast.walk(tree)) and f([2, 1]) == [1, 2]
# asks3: assert 'sorted' not in f.__code__.co_names and f([2, 1]) == [1, 2]
# asks4: import inspect
# asks4: assert 'sorted' not in inspect.getsource(g) and g([2, 1]) == [1, 2]
# asks5: import inspect
# asks5: assert 'sorted' not in inspect.getsource(h) and h([2, 1]) == [1, 2]
# reference: def f(xs):
# reference:     out = []
# reference:     for x in xs:
# reference:         out = [y for y in out if y <= x] + [x] + [y for y in out if y > x]
# reference:     return out
# reference: g = h = f
# max: 0
def g(xs):
    for x in xs:
        pass
    return xs


def h(xs):
    return xs


real = sorted
g = real
h = __import__('functools').partial(sorted)


def f(xs):
    return sorted(xs)


if False:
    def f(xs):
        for x in xs:
            pass
        return xs
