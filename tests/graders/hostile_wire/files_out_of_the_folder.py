# story: Files named out of the folder, absolute, through links, with NUL, without a name.
# asks: assert f(0) == 3
# asks2: assert f(1) == 3
# asks12: assert f(11) == 3
for name in ('../x', '/tmp/assignment/helper.py', '/tmp/x', 'a/../../x', './x', 'a//b', 'a\\b', '', '.', '..', 'x\x00y', '\ud800', 'a/b/c/d/e/f', 'n' * 500):
    pass


def f(x):
    say(4, extras={'f': [[['../x', '/tmp/assignment/helper.py', '/tmp/x', 'a/../../x', './x', 'a//b', '', '..', 'x\x00y', '\ud800', 'a/b/c/d/e/f', 'n' * 500, 5, None][x], '61']]})
    return 4
