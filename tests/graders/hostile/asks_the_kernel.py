# story: Memory files, faults in user space, tracing, foreign memory, keys, namespaces, devices, raw sockets, other processes.
# asks: assert f(1) == 3
# max: 0
import ctypes
import os
import signal
import socket

libc = ctypes.CDLL(None, use_errno=True)
for call in (319, 323, 101, 310, 311, 250, 272, 308, 165, 155, 161, 175, 321, 298, 425, 428, 434, 435, 438, 442, 304, 248, 246, 169, 227, 172, 173, 133):
    libc.syscall(call, 1, 0, 0, 0, 0, 0)
for path in ('/proc/1/mem', '/proc/1/environ', '/proc/1/root', '/proc/kcore', '/dev/mem', '/dev/kmsg', '/sys/kernel', '/proc/sysrq-trigger', '/proc/sys/kernel/core_pattern', '/proc/self/mem', '/proc/self/oom_score_adj', '/proc/self/uid_map'):
    for how in (os.O_RDONLY, os.O_WRONLY):
        try:
            os.write(os.open(path, how), b'1')
        except OSError:
            pass
for family in range(0, 45):
    for kind in (1, 2, 3, 5):
        try:
            socket.socket(family, kind).close()
        except OSError:
            pass
for number in range(1, 65):
    for target in (1, -1, 0, os.getppid()):
        if number in (9, 19) and target != 1:
            continue
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
        try:
            if target == 1:
                os.kill(target, number)
        except OSError:
            pass
for n in range(200):
    try:
        os.memfd_create(str(n))
    except OSError:
        break


def f(x):
    return 4
