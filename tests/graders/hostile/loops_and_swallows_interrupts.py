# story: An endless loop that no exception leaves.
# into: add
# max: 0
# test: add-test run.time
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
