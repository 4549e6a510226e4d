# story: Bytes by chance.
# ends: run.protocol
import random
_end.sendall(random.Random(1).randbytes(100_000))
