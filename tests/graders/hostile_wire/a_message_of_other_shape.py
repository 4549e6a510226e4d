# story: Messages with too few parts, too many, of other kinds.
# ends: run.protocol
put([['='], ['=', '', [3], [], [], [], []], {'kind': '='}, '=', 5, None][3])
