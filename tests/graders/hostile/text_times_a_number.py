# story: A number that the test multiplies a text with, and a width that it formats to.
# asks: assert len('ab' * f(0)) == 6
# asks2: assert len(f'{3:{f(0)}d}') == 3
# asks3: assert sum(1 for _ in range(f(1))) == 3
# max: 0
# patience: 3
def f(n):
    return [50_000_000_000, 10 ** 15][n]
