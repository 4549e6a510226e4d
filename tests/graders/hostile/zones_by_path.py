# story: Time zones named by paths.
# asks: assert f(0).year == 2025
# asks2: assert f(1).year == 2025
# max: 0
import datetime as dt


class Z(dt.tzinfo):
    key = '/etc/passwd'
    def utcoffset(self, when):
        return dt.timedelta(0)


class Y(Z):
    key = '../../../../etc/passwd'


def f(n):
    return dt.datetime(2024, 1, 1, tzinfo=(Z, Y)[n]())
