"""What the mother imports beforehand, and how a fork of hers becomes an ordinary ipykernel."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any, ClassVar

# What lessons use; each is imported once, before anybody's code runs.
LIBRARIES = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger", "debugpy", "zmq.eventloop.zmqstream",
    "IPython.core.completerlib", "IPython.core.oinspect", "IPython.core.debugger", "IPython.extensions.storemagic",
    "tornado.platform.asyncio", "sqlite3", "pdb", "faulthandler",
    "numpy", "numpy.random", "pandas", "matplotlib.pyplot", "matplotlib.backends.backend_agg", "matplotlib_inline.backend_inline",
    "plotly.graph_objects", "plotly.express", "plotly.io", "ipywidgets",
    "nbformat",  # plotly's, when it shows its first figure: two seconds
)  # fmt: skip
LAUNCHER = "ipykernel_launcher"


def prepare(libraries: tuple[str, ...] = LIBRARIES) -> None:
    """Import them; one that is not installed is for the kernel's own `import` to complain about."""
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    os.environ.pop("MPLBACKEND", None)  # each kernel has its own
    for name in libraries:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    if "plotly.graph_objects" in sys.modules:
        _first_figures()
    if "matplotlib" in sys.modules:
        importlib.import_module("matplotlib.rcsetup").validate_backend("inline")  # reads all entry points


def _first_figures() -> None:
    """Plotly makes its tables of what a figure may hold at the first one: 10 MB, here once for all kernels.

    None is shown: `plotly.io._renderers` looks, as it is imported, for the notebook that it is in.
    """
    from plotly import graph_objects

    for kind in ("Bar", "Box", "Heatmap", "Histogram", "Pie", "Scatter"):
        graph_objects.Figure(getattr(graph_objects, kind)(name="a"), layout={"title": "b"}).to_dict()


def plan(command: list[str]) -> list[str] | None:
    """The arguments of an ipykernel that this Python would start by `command`; None if it is another program."""
    python, *rest = command
    if Path(python).name not in ("python", f"python{sys.version_info.major}", Path(sys.executable).name):
        return None
    if os.sep in python and os.path.realpath(python) != os.path.realpath(sys.executable):
        return None
    while rest and rest[0].startswith("-X"):
        rest = rest[1 if len(rest[0]) > len("-X") else 2 :]
    return rest[2:] if rest[:2] == ["-m", LAUNCHER] else None


def become(argv: list[str]) -> None:
    """Be the kernel that `python -m ipykernel_launcher *argv` would be; returns when it is shut down."""
    from ipykernel.kernelapp import IPKernelApp

    sys.argv = [LAUNCHER, *argv]
    # Its end is seen to by the mother: nothing polls for a parent.
    app: Any = IPKernelApp.instance(parent_handle=1, kernel_class=_kernel_class())
    app.initialize(argv)
    _plot_in_cells()
    app.start()


def _kernel_class() -> type[Any]:
    """An IPythonKernel that lists the files of all modules when the debugger asks, and not as it starts.

    To look at each of 3,000 modules makes two pages of each its own: 10 MB a kernel.
    """
    from ipykernel import debugger, ipkernel

    there_at_start = len(sys.modules)

    class Debugger(debugger.Debugger):
        @property
        def kernel_modules(self) -> list[str]:
            """Files that it does not step into: of what was there before the learner's own code."""
            found = [getattr(one, "__file__", None) for one in list(sys.modules.values())[:there_at_start]]
            return [file for file in found if file]

        @kernel_modules.setter
        def kernel_modules(self, _: list[str]) -> None:
            """What IPythonKernel hands over is empty."""

    module: Any = ipkernel

    class Kernel(module.IPythonKernel):
        debugger_class = Debugger

        def __init__(self, **told: Any) -> None:
            module.sys = _NoModules()
            try:
                super().__init__(**told)
            finally:
                module.sys = sys

    return Kernel


class _NoModules:
    """Stands for `sys` in IPythonKernel's start."""

    modules: ClassVar[dict[str, Any]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


def _plot_in_cells() -> None:
    """What importing pyplot does in a running kernel; here it was imported before there was one."""
    plotting = sys.modules.get("matplotlib")
    if plotting is None:
        return
    plotting.rcParams["backend"] = os.environ["MPLBACKEND"]  # ipykernel has set it, unless it was
    inline = sys.modules.get("matplotlib_inline.backend_inline")
    if inline is not None:
        inline._enable_matplotlib_integration()
