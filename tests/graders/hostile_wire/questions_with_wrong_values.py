# story: Known verbs with values of every kind.
import contextlib


def f(x):
    for verb in ('call', 'attr', 'setattr', 'operate', 'text', 'leave', 'next', 'builtin'):
        for values in ((), (1,), (None, None), ('__add__', 3, 4), ([], [], []), ('x',) * 9):
            with contextlib.suppress(Exception):
                _ask(verb, *values)
    return 4
