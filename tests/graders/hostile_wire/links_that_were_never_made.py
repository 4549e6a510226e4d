# story: Updates of containers that the other side does not hold.
# ends: run.protocol
say('', [['l', 1]], [[999, 0], [1, 0], [-1, 0]])
