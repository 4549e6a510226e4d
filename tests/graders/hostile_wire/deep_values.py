# story: Tuples in tuples in tuples.
# ends: run.protocol
value = ['t']
for _ in range(900):
    value = ['t', value]
say(value)
