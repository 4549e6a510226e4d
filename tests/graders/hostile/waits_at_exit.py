# story: Something registered for the end.
# into: add
# max: 0
import atexit
import threading
import time

atexit.register(time.sleep, 60)
threading.Thread(target=time.sleep, args=(60,)).start()
