# story: A file larger than the room.
# into: add
# max: 0
with open("big", "wb") as out:
    for _ in range(500):
        out.write(b"x" * 1_000_000)
