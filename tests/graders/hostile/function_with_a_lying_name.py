# story: A function that says it is another, and has no text.
# asks: import inspect
# asks: assert 'decoy(n - 1)' in inspect.getsource(f) and f(3) == 6
# max: 0
def decoy(n):
    return decoy(n - 1)


f = eval('lambda n: 9')
f.__name__ = f.__qualname__ = 'decoy'
