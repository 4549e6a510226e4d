# story: A frame that never ends.
# ends: run.time
# patience: 2
import time
_end.sendall(struct.pack('>4sII', b'ljx1', 1000, 0) + b'["="')
time.sleep(60)
