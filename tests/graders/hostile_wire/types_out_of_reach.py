# story: Builtin types by name that are not to be had.
# ends: run.protocol
say(['ty', 'type'])
