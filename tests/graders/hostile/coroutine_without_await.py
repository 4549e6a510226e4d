# story: A coroutine where a value is asked for.
# asks: assert f() == 3
# max: 0
async def f(*a):
    return 3
