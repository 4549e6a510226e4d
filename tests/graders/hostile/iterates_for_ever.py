# story: An iterator without an end in the test's loop.
# asks: assert list(f()) == [1]
# max: 0
# ends: run.time
# patience: 1.5
def f(*a):
    while True:
        yield 1
