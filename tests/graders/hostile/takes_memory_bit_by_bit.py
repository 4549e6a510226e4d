# story: Memory until the group's bound.
# into: add
# patience: 20
# max: 0
# patience: 20
# test: add-test run.memory
kept = []
while True:
    kept.append(bytes(10_000_000).replace(b"\0", b"x"))
