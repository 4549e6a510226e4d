# story: An asynchronous generator where a list is asked for.
# asks: assert list(f()) == [3]
# max: 0
async def f(*a):
    yield 3
