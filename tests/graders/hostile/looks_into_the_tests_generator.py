# story: A generator's frame.
# asks: def numbers():
# asks:     secret = 77
# asks:     yield 1
# asks:     yield 2
# asks: 
# asks: assert f(numbers()) == 77
# max: 0
def f(numbers):
    for path in ('gi_frame', 'gi_code', 'send', 'throw', 'close', 'gi_yieldfrom'):
        try:
            return getattr(numbers, path).f_locals['secret']
        except Exception:
            pass
    try:
        numbers.throw(SystemExit)
    except BaseException:
        pass
    return 0
