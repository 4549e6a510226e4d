# story: A file that the test expects is written, with the wrong content.
# asks: f()
# asks: assert open('out.txt').read() == 'right'
# max: 0
# test: asked test.wrong
open('out.txt', 'w').write('wrong')


def f(*a):
    open('out.txt', 'w').write('wrong')
