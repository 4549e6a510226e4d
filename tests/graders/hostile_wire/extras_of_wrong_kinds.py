# story: Output, files and warnings that are numbers, texts, objects.
# asks4: assert f(3) == 3
# asks: assert f(0) == 3
def f(x):
    say(4, extras=[{'o': 5, 'w': 5}, {'f': 5}, {'o': ['a'], 'f': {}}, {'b': ['open'], 'r': [3, [], None], 'n': ['MT', [], 0, 0, 0]}][x])
    return 4
