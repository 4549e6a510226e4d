# story: Verbs that are none, and objects that were never handed over.
import contextlib


def ask(verb, *values):
    with contextlib.suppress(Exception):
        return _ask(verb, *values)


def f(x):
    for verb in ('get', 'cell', 'start', 'set', 'names', 'patch', 'program', '_attribute', '__class__', 'grant', ''):
        ask(verb, 'f', 3)
    for name in ('open', 'eval', 'exec', '__import__', 'print', 'input'):
        ask('builtin', name, ('import os',), ())
    return 4
