# story: A context manager that swallows what the test asserts in it.
# asks: with f() as x:
# asks:     assert x == 5
# asks2: with f() as x:
# asks2:     undefined_name_of_the_test
# asks3: with f() as x:
# asks3:     len(x)
# max: 0
class E:
    def __enter__(self):
        return 3
    def __exit__(self, *a):
        return True


def f(*a):
    return E()
