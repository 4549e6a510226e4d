"""The mother of viewers' kernels: ``python -m dashboards.kernel FD``; ipykernel without a debugger, and all that boards import.

A program of its own: nothing of the service's memory, where its secrets are, is ever in a kernel.
"""

from __future__ import annotations

import importlib
import os
import socket
import sys
import tempfile

from zygote.inside.rehearsal import rehearse
from zygote.kernels import ipython
from zygote.kernels.attending import attend

# What a kernel of a board is told beside its connection file: no history, nobody's start-up file.
ARGUMENTS = ("--HistoryManager.enabled=False", "--InteractiveShellApp.exec_PYTHONSTARTUP=False")
LIBRARIES = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "zmq.eventloop.zmqstream", "tornado.platform.asyncio",
    "IPython.core.completerlib", "IPython.core.oinspect", "IPython.extensions.storemagic",
    "numpy", "pandas", "plotly.graph_objects", "plotly.io", "nbformat", "ipywidgets",
    "hub.client", "dashboards.panels.competencies", "dashboards.panels.explorer", "dashboards.panels.overview",
)  # fmt: skip
# Cells in the manner of a board's: what they import late, plotly at its first figure for one, is imported beforehand.
REHEARSED = (
    "from dashboards.panels.explorer import board as b; from IPython.display import HTML; HTML('')",
    "import ipywidgets as w; w.VBox([w.Dropdown(options=['a']), w.IntSlider(description='b'), w.HTML('c')])",
    "import plotly.graph_objects as go; go.Figure(go.Bar(x=['a'], y=[1]), layout={'title': 'b'})",
)


def main(fd: int) -> None:
    """Import everything, rehearse one kernel, then fork."""
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # nobody debugs here
    ipython.prepare(LIBRARIES)
    with tempfile.TemporaryDirectory(prefix="luojiao-rehearsal-") as folder:
        if trouble := rehearse(lambda: _play(folder)):
            sys.stderr.write(f"rehearsal: {trouble}\n")
    attend(socket.socket(fileno=fd), ipython.become)


def _play(folder: str) -> None:
    """A kernel up to its first cell; its sockets and files lie in ``folder``."""
    kernelapp = importlib.import_module("ipykernel.kernelapp")
    os.environ["JUPYTER_RUNTIME_DIR"] = folder
    silent = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(silent, number)
    app = kernelapp.IPKernelApp.instance(parent_handle=1, transport="ipc", ip=f"{folder}/k")
    app.initialize([*ARGUMENTS])
    for cell in REHEARSED:
        app.shell.run_cell(cell)


if __name__ == "__main__":
    main(int(sys.argv[1]))
