# story: The test's function is called without an end.
# asks: assert f(lambda n: n) == 1
# max: 0
# ends: run.time
# patience: 1.5
def f(call):
    while True:
        call(1)
