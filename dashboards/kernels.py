"""Viewers' kernels: whose each one is, what it is told, how many there may be, and when it goes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from dashboards.environment import ABANDONED_SECONDS, MAX_PER_VIEWER, Environment, for_kernel
from dashboards.kernel import ARGUMENTS
from dashboards.sessions import Viewer
from zygote.kernels import ipython


class Full(Exception):  # noqa: N818
    """Every place is taken."""


class Socket(Protocol):
    """An open page's websocket."""

    def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Called by the kernel manager when the kernel behind it goes."""


@dataclass
class Owned:
    """A kernel's owner, and the page that looks at it."""

    viewer: str
    alone_since: float | None  # None while its page is being made or is open
    sockets: set[Socket] = field(default_factory=set)


@dataclass
class Opening:
    """A page that is being made, and the kernel that was started for it."""

    viewer: Viewer
    kernel_id: str | None = None


OPENING: ContextVar[Opening] = ContextVar("opening")


class BoardKernelSpecs(KernelSpecManager):
    """One kernel, whatever is installed on the machine: this Python, without debugger and history."""

    def find_kernel_specs(self) -> dict[str, str]:
        return {"python3": ""}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        argv = [sys.executable, "-m", ipython.LAUNCHER, "-f", "{connection_file}", *ARGUMENTS]
        return KernelSpec(argv=argv, display_name="看板", language="python", resource_dir="")


class BoardKernels(AsyncMappingKernelManager):
    """Starts kernels only for pages that ``opening`` has let in, in an environment that holds nothing else's secrets."""

    env: Environment  # set by the service before the first page

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        self.owned: dict[str, Owned] = {}
        self._waiting = 0

    @asynccontextmanager
    async def opening(self, viewer: Viewer) -> AsyncIterator[Opening]:
        """A place for one page of ``viewer``, whose oldest page makes room; Full where there is none."""
        mine = [k for k, o in self.owned.items() if o.viewer == viewer.key]
        for kernel_id in mine[: max(0, len(mine) - MAX_PER_VIEWER + 1)]:
            await self.stop(kernel_id)
        if len(self.owned) + self._waiting >= self.env.max_kernels:
            raise Full
        self._waiting += 1
        page = Opening(viewer)
        mark = OPENING.set(page)
        try:
            yield page
        finally:
            OPENING.reset(mark)
            if page.kernel_id is None:
                self._waiting -= 1
            elif page.kernel_id in self.owned and not self.owned[page.kernel_id].sockets:
                self.owned[page.kernel_id].alone_since = time.monotonic()

    async def start_kernel(self, **kwargs: Any) -> str:  # type: ignore[override]
        """Called by Voilà's page handler; whatever environment it hands on is not used."""
        page = OPENING.get()
        told = for_kernel(os.environ, self.env.portal_internal, page.viewer.token)
        told["BOARDS_PORTAL_PUBLIC"] = self.env.portal_public
        told["IPYTHONDIR"] = str(self.connection_dir)
        kernel_id = str(await super().start_kernel(**(kwargs | {"env": told})))
        self._waiting -= 1
        page.kernel_id = kernel_id
        self.owned[kernel_id] = Owned(page.viewer.key, None)
        return kernel_id

    def belongs(self, kernel_id: str, viewer: Viewer) -> bool:
        """Whether this kernel was started for this viewer's browser."""
        owned = self.owned.get(kernel_id)
        return owned is not None and owned.viewer == viewer.key

    def attach(self, kernel_id: str, socket: Socket) -> None:
        """A page looks at its kernel."""
        owned = self.owned[kernel_id]
        owned.sockets.add(socket)
        owned.alone_since = None

    def detach(self, kernel_id: str, socket: Socket) -> None:
        """A page went; if it does not come back soon its kernel goes too."""
        owned = self.owned.get(kernel_id)
        if owned:
            owned.sockets.discard(socket)
            if not owned.sockets:
                owned.alone_since = time.monotonic()

    async def shutdown_kernel(self, kernel_id: str, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Called by the culler, by the loop below and at the end; open pages are told."""
        owned = self.owned.pop(kernel_id, None)
        for socket in tuple(owned.sockets) if owned else ():
            socket.close(4000, "asleep")
        await super().shutdown_kernel(kernel_id, *args, **kwargs)  # type: ignore[no-untyped-call]

    async def stop(self, kernel_id: str) -> None:
        """Stop a kernel at once; there is nothing in it to be saved."""
        if kernel_id in self:
            await self.shutdown_kernel(kernel_id, now=True)
        self.owned.pop(kernel_id, None)

    async def stop_of(self, viewer_key: str) -> None:
        """Stop everything that runs for a viewer."""
        for kernel_id in [k for k, o in self.owned.items() if o.viewer == viewer_key]:
            await self.stop(kernel_id)

    async def sweep(self) -> None:
        """Stop kernels that have died and kernels whose page is gone."""
        now = time.monotonic()
        for kernel_id, owned in list(self.owned.items()):
            gone = owned.alone_since is not None and now - owned.alone_since > ABANDONED_SECONDS
            if gone or kernel_id not in self or not await ensure_async(self.get_kernel(kernel_id).is_alive()):
                await self.stop(kernel_id)
