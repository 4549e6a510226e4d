"""A room's Jupyter server: what a template imports beforehand, and how one of its forks becomes the server of one person."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from hub.room import pages
from hub.room.notices import Bounds, TellingConnection
from zygote.inside.bounds import DISK, MEMORY
from zygote.inside.rehearsal import rehearse
from zygote.kernels import ipython, mother
from zygote.kernels.provisioner import NAME, Nursery

LIBRARIES = (
    "jupyterhub.singleuser.extension", "jupyter_server.serverapp", "jupyterlab.labapp", "notebook.app", "jupyterlab_server",
    "jupyter_lsp", "nbconvert", "nbformat", "hub.client", "hub.exchange.plugins", "hub.exchange.assignment_list",
    "nbgrader.server_extensions.validate_assignment",
)  # fmt: skip
_OPTIONS = (
    "--ServerApp.kernel_websocket_connection_class=hub.room.notices.TellingConnection",
    "--AsyncIOLoopKernelManager.restarter_class=hub.room.notices.PatientRestarter",
    "--KernelRestarter.time_to_dead=1.0",  # a learner waits for the word that the kernel has ended
    # Nobody installs extensions in a room; the one that would ask PyPI holds 15 MB of certificates.
    "--LabApp.extension_manager=readonly",
)


_SOCKET = "/tmp/rehearsal.sock"  # noqa: S108 - in memory
_FIRST = (
    "/api/contents?content=1", "/api/kernelspecs", "/api/sessions", "/api/me", "/tree", "/lab", "/notebooks/a.ipynb",
    "/lab/api/settings", "/lab/api/translations/zh_CN", "/lab/api/workspaces/default", "/assignments", "/nosuch",
)  # fmt: skip


def prepare(argument: dict[str, Any]) -> None:
    """Import the server and what kernels use, then rehearse a start; `font` is a face that charts may be labelled in."""
    fonts = Path.home() / ".local" / "share" / "fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    font = Path(argument["font"])
    (fonts / font.name).symlink_to(font)
    for name in LIBRARIES:
        importlib.import_module(name)
    ipython.prepare()
    pages.prepare()
    for play in (_start_and_stop, _a_kernel):
        if trouble := rehearse(play):
            sys.stderr.write(f"{play.__name__}: {trouble}\n")


def serve(task: bytes, fds: tuple[int, ...]) -> None:
    """Be the server. `task`: env, argv, cwd, memory_mb, disk_mb as JSON. `fds`: its log, the socket it listens on, the counts of its bounds."""
    told = json.loads(task)
    log, listening, counts = fds
    silent = os.open(os.devnull, os.O_RDONLY)
    for number, fd in enumerate((silent, log, log)):
        os.dup2(fd, number)
    os.environ.clear()
    os.environ.update(told["env"])
    time.tzset()
    os.chdir(told["cwd"])
    listener = socket.socket(fileno=listening)
    os.set_inheritable(listening, False)
    # Kernels are the learner's own code: neither the server's socket nor the counts are theirs to hold.
    Nursery.mother = mother.start(ipython.become, lambda: _close(listening, counts))
    os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = NAME
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _listen_on(listener)
    from jupyterhub.singleuser.extension import main

    TellingConnection.bounds = Bounds(counts, {MEMORY: told["memory_mb"], DISK: told["disk_mb"]})
    argv = [*told["argv"], *_OPTIONS]
    sys.argv = ["jupyterhub-singleuser", *argv]
    main(argv)


def _close(*fds: int) -> None:
    for fd in fds:
        os.close(fd)


def _listen_on(listener: socket.socket) -> None:
    """The socket was opened outside, where the Hub and the proxy are; in here nobody could reach one."""
    from jupyter_server import serverapp

    server_class: Any = serverapp.ServerApp

    def bind(server: Any) -> None:
        listener.setblocking(False)
        server.http_server.add_socket(listener)

    server_class._bind_http_server = bind
    server_class._find_http_port = lambda server: None


def _start_and_stop() -> None:
    """For the rehearsal: a server without a Hub, and what a browser asks of it first."""
    os.environ.update(JUPYTER_RUNTIME_DIR="/tmp/rehearsal", JUPYTERHUB_ROOT_DIR="/tmp")  # noqa: S108 - in memory
    from jupyterlab.labapp import LabApp

    silent = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(silent, number)
    app = LabApp.initialize_server(
        ["--no-browser", "--allow-root", f"--ServerApp.sock={_SOCKET}", "--IdentityProvider.token=x"]
    )
    app.io_loop.call_later(0, lambda: asyncio.ensure_future(_first_requests(app)))
    app.io_loop.start()


async def _first_requests(app: Any) -> None:
    try:
        for path in _FIRST:
            reader, writer = await asyncio.open_unix_connection(_SOCKET)
            asks = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: token x\r\nConnection: close\r\n\r\n"
            writer.write(asks.encode())
            await asyncio.wait_for(reader.read(), 20)
            writer.close()
    finally:
        app.io_loop.stop()


def _a_kernel() -> None:
    """For the rehearsal: a kernel up to its first cell."""
    from ipykernel.kernelapp import IPKernelApp

    silent = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(silent, number)
    app: Any = IPKernelApp.instance(parent_handle=1, transport="ipc", ip="/tmp/rehearsal-kernel")  # noqa: S108
    app.initialize([])
    app.shell.run_cell("import numpy, pandas; pandas.DataFrame({'a': [1]})._repr_html_()\nx = 1")
    app.shell.complete("nump")
    app.shell.object_inspect("x")
