# story: The callback is used from a thread while the answer goes on.
# asks: assert f(lambda n: n) == 5
# max: 0
# patience: 2
import threading


def f(call):
    for _ in range(20):
        threading.Thread(target=lambda: [call(n) for n in range(50)], daemon=True).start()
    return 4
