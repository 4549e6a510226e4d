# story: A thread rewrites files while they are looked at.
# asks: assert f() == 3
# max: 0
# patience: 3
import os
import threading


def stir():
    while True:
        for n in range(20):
            try:
                open(f's{n}', 'w').write('x' * 100_000)
                os.replace(f's{n}', f't{n}')
                os.remove(f't{n}')
                os.mkdir(f's{n}')
                os.rmdir(f's{n}')
            except OSError:
                pass


threading.Thread(target=stir, daemon=True).start()


def f(*a):
    return 9
