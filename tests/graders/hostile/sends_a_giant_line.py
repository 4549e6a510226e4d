# story: A reply without an end.
# into: add
# max: 0
# test: add-test run.protocol
import os

for fd in range(3, 256):
    try:
        for _ in range(100):
            os.write(fd, b"[" * 65536)
    except OSError:
        pass
