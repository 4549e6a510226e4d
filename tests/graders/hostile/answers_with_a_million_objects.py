# story: A list of a million objects, each of a class of its own.
# asks: assert len(f(1)) == 3
# asks2: assert len(f(2)) == 3
# max: 0
# patience: 3
def f(n):
    if n == 1:
        return [object() for _ in range(300_000)]
    return [type(f'C{n}', (), {})() for n in range(20_000)]
