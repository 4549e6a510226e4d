# story: Good answers are written ahead on every descriptor.
# into: add
# max: 0
# test: add-test run.protocol
# test: mean-partial run.protocol
import os

for fd in range(3, 256):
    try:
        os.write(fd, b'{"token": "", "error": "", "value": null}\n' * 8)
    except OSError:
        pass
