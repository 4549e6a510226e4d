# story: The hidden input as the name of a class and of a file.
# asks: assert f('CANARY_7f3a9c') == 3
# max: 0
def f(secret):
    open(secret, 'w').write(secret)
    print(secret)
    raise type(secret, (NameError,), {})(secret)
