# story: Calls in calls, until nothing is left.
# asks: def again(g):
# asks:     return g(again)
# asks: 
# asks: assert f(again) == 1
# max: 0
def f(call):
    return call(f)
