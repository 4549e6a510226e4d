# story: A callback of one test is called during the next.
# asks: seen = []
# asks: assert f(lambda n: seen.append(n)) == 1
# asks2: assert f(3) == 4 and not seen
# reference: def f(call):
# reference:     return 1 if callable(call) else 4
# max: 2
kept = []


def f(call):
    if callable(call):
        kept.append(call)
        return 1
    return kept[0](call)
