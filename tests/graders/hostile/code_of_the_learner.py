# story: The test runs the code object of the answer, or makes a function of it.
# asks: exec(f.__code__)
# asks: assert f(1) == 4
# asks2: import types
# asks2: assert types.FunctionType(f.__code__, globals())(1) == 4
# asks3: import types
# asks3: assert types.FunctionType(f.__code__, {'__builtins__': __builtins__})(1) == 4
# asks4: h = lambda x: 4
# asks4: h.__code__ = f.__code__
# asks4: assert h(1) == 4
# asks5: assert f.__code__.co_argcount == 2
# reference: def f(x, n=0):
# reference:     return 4
# max: 2
def f(x, n=0):
    return __import__('gc').get_objects()
