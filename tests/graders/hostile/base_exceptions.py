# story: What is no Exception ends the call, not the test.
# asks: f(0)
# asks2: f(1)
# asks3: f(2)
# asks4: f(3)
# max: 0
class B(BaseException):
    pass


def f(n):
    raise [B, KeyboardInterrupt, SystemExit, GeneratorExit][n]
