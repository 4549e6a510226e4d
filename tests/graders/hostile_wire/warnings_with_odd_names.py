# story: Warnings whose class is none, whose text is none, a hundred thousand of them.
def f(x):
    say(4, extras={'w': [['SystemExit', 'x'], ['KeyboardInterrupt', 'x'], ['__import__', 'x'], [[], 'x'], ['UserWarning', 5], 'ab', ['BytesWarning', '\ud800\x00']] + [['UserWarning', 'x' * 100]] * 50_000, 'o': ['\ud800', 'x']})
    return 4
