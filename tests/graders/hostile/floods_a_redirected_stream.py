# story: 300 MB into a stream that the test reads.
# asks: assert captured(f) == 'ok\n'
# max: 0
# patience: 3
def f(*a):
    for _ in range(300):
        print('x' * 1_000_000)
