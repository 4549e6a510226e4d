# story: A frame that comes drop by drop.
# ends: run.time
# patience: 2
import time
frame = struct.pack('>4sII', b'ljx1', 9000, 0) + b'[' * 9000
for one in frame:
    _end.sendall(bytes([one]))
    time.sleep(0.2)
