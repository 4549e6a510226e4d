# story: A pattern that the test matches, and that never ends.
# asks: import re
# asks: assert re.match(f('pattern'), 'a' * 40 + '!') is None
# asks2: import re
# asks2: assert f('compiled').fullmatch('a' * 40 + '!') is None
# reference: import re
# reference: def f(how):
# reference:     return 'b' if how == 'pattern' else re.compile('b')
# max: 0
# ends: run.time
# patience: 2
import re


def f(how):
    return '(a+)+$' if how == 'pattern' else re.compile('(a+)+$')
