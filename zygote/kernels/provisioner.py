"""Through this jupyter_client starts kernels warm: JupyterLab, nbclient and Voilà ask it without knowing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from zygote.kernels import ipython
from zygote.kernels.mother import Gone, Mother

NAME = "luojiao-warm"
_UNWANTED = ("JPY_PARENT_PID",)  # a poll for a parent that is not the one it was told


class Nursery:
    """The mother of this process's kernels, if it has one."""

    mother: Mother | None = None


class WarmProvisioner(LocalProvisioner):
    """An ordinary local kernel, but forked instead of started; what the mother cannot be is started as ever."""

    process: Any = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """See jupyter_client."""
        argv = ipython.plan(cmd)
        mother = Nursery.mother
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
            self.process = mother.fork(argv, env, cwd, stdio)
        except Gone as error:
            Nursery.mother = None
            self.log.warning("No warm kernels any more, they start cold from now on: %s", error)
            return await super().launch_kernel(cmd, **kwargs)
        finally:
            os.close(silent)
        self.pid = self.pgid = self.process.pid
        self.cwd = cwd
        return self.connection_info


def _descriptor(wanted: Any, own: int, silent: int) -> int:
    if wanted is None:
        return own
    if wanted == subprocess.DEVNULL:
        return silent
    return int(wanted) if isinstance(wanted, int) else int(wanted.fileno())
