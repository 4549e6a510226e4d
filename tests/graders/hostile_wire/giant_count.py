# story: A head that announces four thousand million buffers.
# ends: run.protocol
put([], count=0xFFFFFFFF)
