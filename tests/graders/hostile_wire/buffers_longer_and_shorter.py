# story: Arrays whose data is not as long as told.
# ends: run.protocol
say(['@', 0], [['n#', '<f8', [1000000], 0]])
