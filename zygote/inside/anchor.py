"""The first process of a namespace of residents: it keeps the namespace when the template goes, and goes with the last of them."""

from __future__ import annotations

import contextlib
import os
import signal

from zygote.inside import kernel as k


def stay(name: str) -> None:
    """Fork; the child comes back and becomes the template, the parent waits for everybody's end. Not back in the parent."""
    if os.fork() == 0:
        return
    k.set_name(name)
    k.close_all_but(())
    k.drop_privileges()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    os._exit(0)
