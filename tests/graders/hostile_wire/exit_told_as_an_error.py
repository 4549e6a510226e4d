# story: An error told to be an exit, an input, a pass.
# asks3: assert f(2) == 3
# asks: assert f(0) == 3
def f(x):
    say(['x', ['ty', 'ValueError'], 0, ['t'], ''], kind='!', word=['exit', 'input', '', 'wrong', None, {}][x])
    return 4
