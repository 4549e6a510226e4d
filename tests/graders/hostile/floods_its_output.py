# story: Three hundred megabytes of output.
# into: add
# max: 0
for _ in range(300):
    print("x" * 1_000_000)
