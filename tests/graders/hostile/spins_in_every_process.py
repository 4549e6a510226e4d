# story: As many processes as may be, each of them busy, at the best priority there is to be had.
# asks: assert f(1) == 3
# max: 0
# ends: run.time
# patience: 2
import os

try:
    os.nice(-20)
except OSError:
    pass
for n in range(300):
    try:
        if os.fork() == 0:
            while True:
                pass
    except OSError:
        break
while True:
    pass
