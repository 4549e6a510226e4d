# story: Paths that the test would open.
# asks: assert open(f(0)).read() == 'done'
# asks2: assert open(f(1)).read() == 'done'
# asks3: assert open(f(2)).read() == 'done'
# asks4: assert open(f(3)).read() == 'done'
# max: 0
# patience: 1.5
import pathlib


def f(n):
    return [pathlib.Path('/proc/self/environ'), '/proc/self/mem', '/dev/full', '/proc/self/fd/3'][n]
