# story: A chain of a million entries that stands for one value.
# ends: run.protocol
table = [['t', ['@', n + 1]] for n in range(200_000)] + [['t']]
say(['@', 0], table)
