# story: Buffers that are together more than a frame.
# ends: run.protocol
_end.sendall(struct.pack('>4sII', b'ljx1', 2, 4) + struct.pack('>I', 60 * 2**20) * 4)
