# story: Values that contain themselves.
# ends: run.protocol
say(['@', 0], [['t', ['@', 1]], ['fs', ['@', 0]]])
