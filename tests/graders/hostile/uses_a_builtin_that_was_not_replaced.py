# story: The way back for a replaced `input` is asked for `exec`.
# asks: assert f() == 5
# asks2: from unittest.mock import patch
# asks2: with patch('builtins.input', lambda *a: '3'):
# asks2:     assert f() == 5
# max: 0
import sys

ask = sys.modules['graders.inside.remote.proxies'].Asking.ask


def f(*a):
    for name in ('exec', 'eval', '__import__', 'open', 'setattr', 'compile', 'getattr', 'exit'):
        for verb in ('builtin', 'call', 'operate'):
            try:
                ask(verb, name, ("__import__('os')._exit(0)",), ())
                return 5
            except Exception:
                pass
    return 0
