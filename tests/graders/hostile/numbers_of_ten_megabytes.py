# story: A whole number of ten megabytes.
# asks: assert f() == 3
# asks2: assert str(f()) == '3'
# max: 0
def f(*a):
    return (1 << 80_000_000) - 1
