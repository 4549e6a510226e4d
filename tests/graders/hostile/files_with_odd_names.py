# story: Names with surrogates, newlines, dots; links, pipes, a sparse giant.
# asks: assert f() == 3
# asks2: import os
# asks2: assert os.path.islink('link')
# asks3: assert open('pipe').read() == 'x'
# max: 0
# patience: 2
import os


def f(*a):
    for name in (b'\xff\xfe', b'a\nb', b'...', b'x;$(id)', '学生甲'.encode(), b'a' * 255, b'\\', b'-rf', b' '):
        open(name, 'w').write('x')
    for name, target in (('link', '/proc/self/fd'), ('loop', 'loop'), ('up', '..'), ('mem', '/proc/self/mem'), ('passwd', '/etc/passwd')):
        os.symlink(target, name)
    os.mkfifo('pipe')
    with open('sparse', 'wb') as out:
        try:
            out.truncate(8 * 2**30)
        except OSError:
            pass
    os.makedirs('d/e/f/g/h/i/j', exist_ok=True)
    return 9
