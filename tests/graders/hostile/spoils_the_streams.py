# story: Standard streams are closed and replaced.
# into: add
# max: 0
import sys

sys.stdout.close()
sys.stderr = None
sys.stdin = 3
sys.excepthook = None
sys.displayhook = None
