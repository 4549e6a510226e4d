"""Through this jupyter_client starts kernels warm: JupyterLab, nbclient and Voilà ask it without knowing."""

from __future__ import annotations

import asyncio
import logging
import math
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from zygote.kernels import ipython
from zygote.kernels.mother import Gone, Mother

NAME = "luojiao-warm"
_PAUSE = (
    15.0  # seconds at least between one mother and the next: one that cannot live is not tried all the time
)
_LISTENS = 3.0  # seconds that a kernel may take until it listens, on a busy machine
_PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
_UNWANTED = ("JPY_PARENT_PID",)  # a poll for a parent that is not the one it was told


class Nursery:
    """The mother of this process's kernels, if it has one, and how to get another should she end."""

    mother: Mother | None = None
    again: Callable[[], Mother] | None = None  # only where the process may start one at any time
    _asked = -math.inf

    @classmethod
    def ready(cls) -> Mother | None:
        """Her, if kernels can be had of her now; one that has ended is replaced. Called for each kernel, and now and then."""
        try:
            if cls.mother is not None and cls.mother.ready():
                return cls.mother
        except Gone as error:
            cls.lost(error)
        if cls.mother is None and cls.again is not None and time.monotonic() - cls._asked > _PAUSE:
            cls._asked = time.monotonic()
            cls.mother = cls.again()
        return None

    @classmethod
    def lost(cls, error: Gone) -> None:
        """She has ended; kernels that she has born live on."""
        cls.mother = None
        then = "until there is another" if cls.again else "from now on"
        logging.getLogger(__name__).warning("No warm kernels any more, they start cold %s: %s", then, error)


class WarmProvisioner(LocalProvisioner):
    """An ordinary local kernel, but forked instead of started; what the mother cannot be is started as ever."""

    process: Any = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """See jupyter_client."""
        argv = ipython.plan(cmd)
        mother = Nursery.ready()
        if argv is None or mother is None:
            return await super().launch_kernel(cmd, **kwargs)
        env = {key: value for key, value in (kwargs.get("env") or os.environ).items() if key not in _UNWANTED}
        cwd = str(kwargs.get("cwd") or Path.cwd())
        silent = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        try:
            stdio = (
                silent,
                *(
                    _descriptor(kwargs.get(name), number, silent)
                    for number, name in ((1, "stdout"), (2, "stderr"))
                ),
            )
            sockets = self._sockets()
            for socket in sockets:
                socket.unlink(missing_ok=True)  # of the kernel before, if it was killed
            self.process = mother.fork(argv, env, cwd, stdio)
        except Gone as error:
            Nursery.lost(error)
            return await super().launch_kernel(cmd, **kwargs)
        finally:
            os.close(silent)
        self.pid = self.pgid = self.process.pid
        self.cwd = cwd
        await self._listening(sockets)
        return self.connection_info

    def _sockets(self) -> list[Path]:
        """Where the kernel will listen, as far as that can be seen in files."""
        told: Mapping[str, Any] = self.connection_info
        if told.get("transport") != "ipc":
            return []
        return [Path(f"{told['ip']}-{told[name]}") for name in _PORTS]

    async def _listening(self, sockets: list[Path]) -> None:
        """Who connects too early tries again after 100 ms, which is more than a whole start takes."""
        until = time.monotonic() + _LISTENS
        while not all(socket.exists() for socket in sockets):
            if self.process.poll() is not None or time.monotonic() > until:
                return  # as ever: whoever waits for the kernel finds out
            await asyncio.sleep(0.003)


def _descriptor(wanted: Any, own: int, silent: int) -> int:
    if wanted is None:
        return own
    if wanted == subprocess.DEVNULL:
        return silent
    return int(wanted) if isinstance(wanted, int) else int(wanted.fileno())
