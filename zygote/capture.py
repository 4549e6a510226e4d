"""Talk to a started program: feed its stdin, keep the first bytes of its output, drain the rest uncounted."""

from __future__ import annotations

import os
import selectors
import subprocess
import time


def exchange(
    process: subprocess.Popen[bytes], stdin: bytes, cap: int, deadline: float | None
) -> tuple[bytes, bytes, tuple[str, ...]]:
    """(stdout, stderr, limits hit), each stream cut at `cap` bytes; past the deadline everything is killed."""
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise ValueError("the program was not started with pipes")
    kept: dict[int, bytearray] = {1: bytearray(), 2: bytearray()}
    hit: list[str] = []
    rest = memoryview(stdin)
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, 1)
        selector.register(process.stderr, selectors.EVENT_READ, 2)
        os.set_blocking(process.stdin.fileno(), False)
        selector.register(process.stdin, selectors.EVENT_WRITE, 0)
        while selector.get_map():
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                process.kill()
                hit.append("wall")
                deadline = None
            for key, _ in selector.select(left if deadline is not None else None):
                if key.data == 0:
                    rest = _feed(key.fd, rest)
                    done = not rest
                else:
                    chunk = os.read(key.fd, 65536)
                    done = not chunk
                    room = cap - len(kept[key.data])
                    kept[key.data] += chunk[: max(0, room)]
                    if len(chunk) > room:
                        hit.append("output")
                if done:
                    selector.unregister(key.fileobj)
                    if not isinstance(key.fileobj, int):
                        key.fileobj.close()  # type: ignore[attr-defined]
    return bytes(kept[1]), bytes(kept[2]), tuple(dict.fromkeys(hit))


def _feed(fd: int, rest: memoryview) -> memoryview:
    try:
        return rest[os.write(fd, rest[:65536]) :]
    except BlockingIOError:
        return rest
    except BrokenPipeError:
        return rest[:0]  # it does not read: its own choice
