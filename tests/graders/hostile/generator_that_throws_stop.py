# story: StopIteration and GeneratorExit out of a generator.
# asks: assert list(f(1)) == [5]
# asks2: assert list(f(2)) == [5]
# max: 0
def f(n):
    if n == 1:
        raise StopIteration
    if n == 2:
        raise GeneratorExit
    yield 1
