# story: Descriptors, `__del__` and `__set_name__`.
# asks: class Box:
# asks:     held = f()
# asks: 
# asks: assert Box().held == 3
# asks2: assert f() is True
# asks3: del [f()][:]
# asks3: assert 1 == f()
# max: 0
class E:
    def __get__(self, *a):
        return True
    def __set__(self, *a):
        raise SystemExit
    def __del__(self):
        raise KeyboardInterrupt
    def __set_name__(self, *a):
        raise SystemExit


def f(*a):
    return E()
