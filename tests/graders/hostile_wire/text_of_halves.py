# story: Text of lone surrogates, of NUL, of direction marks.
def f(x):
    say('\ud800\udc00\ud800\x00\u202e' * 1000)
    return 4
