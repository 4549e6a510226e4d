# story: A list is told to have become a dict, an array, a number.
# asks: x = [3]
# asks: assert f(x) == sum(x)
# reference: def f(x):
# reference:     return sum(x)
def f(x):
    say(0, [['d', ['a'], [1]]], [[1, 0]])
    return 0
