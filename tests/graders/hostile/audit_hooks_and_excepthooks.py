# story: Hooks that see, swallow or change everything that happens in the learner's process.
# asks: assert f(1) == 3
# asks2: assert f(2) == 3
# max: 0
import atexit
import builtins
import gc
import signal
import sys
import threading

sys.setprofile(lambda *a: None)
sys.excepthook = sys.unraisablehook = threading.excepthook = lambda *a: None
sys.displayhook = lambda v: 3
sys.breakpointhook = lambda *a: 3
gc.callbacks.append(lambda *a: None)
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
signal.signal(signal.SIGALRM, lambda *a: None)
atexit.register(lambda: print('x' * 10**6))
sys.setswitchinterval(1e-6)
sys.setrecursionlimit(10**6)
sys.set_int_max_str_digits(0)
sys.path_hooks.clear()
sys.meta_path.clear()
sys.path.clear()
sys.modules.pop('json')
builtins.__build_class__ = lambda *a, **k: 3
builtins.isinstance = lambda *a: True


def f(x):
    return 4
