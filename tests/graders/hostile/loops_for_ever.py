# story: An endless loop.
# into: add
# max: 0
# test: add-test run.time
# test: mean-partial run.time
while True:
    pass
