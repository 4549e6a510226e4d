# story: A new object with each answer, a million times, kept for ever.
# asks: seen = [f(n) for n in range(400_000)]
# asks: assert len(seen) == 3
# max: 0
# patience: 3
class Thing:
    pass


kept = []


def f(n):
    kept.append(Thing())
    return kept[-1]
