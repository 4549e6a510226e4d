# story: An instance of a class of ours that nobody shared.
# ends: run.protocol
say(['@', 0], [['in', 'Run', ['_nonce'], ['x']]])
