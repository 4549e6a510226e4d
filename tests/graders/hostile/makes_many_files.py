# story: More files than the room holds.
# into: add
# max: 0
for number in range(100_000):
    open(f"f{number}", "w").close()
