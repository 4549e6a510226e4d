# story: JSON a hundred thousand lists deep.
# ends: run.protocol
put(b'[' * 100_000 + b']' * 100_000)
