# story: Decimal('1e999999999') made whole by the test.
# asks: assert int(f()) == 3
# max: 0
# patience: 1.5
from decimal import Decimal


def f(*a):
    return Decimal('1e999999999')
