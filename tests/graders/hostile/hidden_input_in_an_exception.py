# story: The hidden input travels into an exception's text, and no further.
# asks: assert f('CANARY_7f3a9c') == 3
# max: 0
# test: asked test.raised
def f(secret):
    raise ValueError(f'{secret!r}')
