# story: Exceptions by the names that end generators, tests and processes.
# asks: assert list(map(f, [0, 0])) == []
# asks2: assert not any(f(n) for n in [0])
# asks3: assert all(f(n) == 3 for n in [0, 1])
NAMES = ['StopIteration', 'GeneratorExit', 'SystemExit', 'KeyboardInterrupt', 'StopAsyncIteration', 'BaseException', 'BaseExceptionGroup', 'ExceptionGroup', 'SkipTest', 'Closed', 'Malformed', 'UnicodeDecodeError']


def f(x):
    say(['x', ['ty', NAMES[x]], 0, ['t', 'a', 'b'], 'text'], kind='!', word='raised')
    return 4
