"""The warm processes that gradings are forked from: a learner's and a tests' template, light or with the science libraries."""

from __future__ import annotations

import atexit
import contextlib
import functools
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from zygote.errors import TemplateBroken, WallsMissing
from zygote.spec import MB, Limits, TemplateSpec, Tmpfs
from zygote.template import Forked
from zygote.warm import Warm

_INSIDE = Path(__file__).resolve().parent / "inside"
_SCIENCE = ("numpy", "pandas", "matplotlib.pyplot", "plotly.graph_objects", "plotly.express", "numpy.testing", "pandas.testing", "unittest.mock")  # fmt: skip
_LIGHT = ("unittest.mock", "json", "csv", "statistics", "itertools", "functools", "dataclasses", "typing", "hashlib", "textwrap", "string", "heapq", "bisect")  # fmt: skip
# Use once what builds its tables on first use, so that every fork finds them built.
_WARM = """
import numpy, pandas, matplotlib, matplotlib.pyplot as plt, plotly.graph_objects as go
from graders.inside.wire import arrays, tables
figure, axes = plt.subplots()
axes.plot([1, 2]); axes.set_title("图"); figure.canvas.draw(); plt.close("all")
go.Figure(data=[go.Bar(y=[1])]).to_plotly_json()
pandas.DataFrame({"a": [1, 2], "b": ["x", "y"]}).groupby("b").sum()
"""
_lock = threading.Lock()
_kept: list[Warm] = []
_begun: set[bool] = set()


def fork(role: str, libraries: frozenset[str], fds: Sequence[int], limits: Limits) -> Forked:
    """Fork a process for a role ("learner", "tests") that holds what these libraries need. WallsMissing, TemplateBroken."""
    light = libraries <= sys.stdlib_module_names
    with _lock:
        if not _kept:
            _kept.append(Warm())
            atexit.register(close)
        kept = _kept[0]
        if light not in _begun:  # the other role is needed next: both start at the same time
            _begun.add(light)
            other = _spec("tests" if role == "learner" else "learner", light)
            threading.Thread(target=_begin, args=(kept, other), daemon=True).start()
    return kept.fork(_spec(role, light), b"", fds, limits)


def _begin(kept: Warm, spec: TemplateSpec) -> None:
    with contextlib.suppress(WallsMissing, TemplateBroken, OSError):  # whoever needs it is told
        kept.template(spec)


def close() -> None:
    """End all templates and whatever they forked; the next grading starts them again."""
    with _lock:
        for one in _kept:
            one.close()
        _kept.clear()
        _begun.clear()


@functools.cache
def _spec(role: str, light: bool) -> TemplateSpec:
    return TemplateSpec(
        name=f"{role}-light" if light else role,
        module=f"graders.inside.{role}.serve",
        argument={"modules": _LIGHT if light else _SCIENCE, "warm": "" if light else _WARM},
        path=("/luojiao",),
        read_only=((str(_INSIDE), "/luojiao/graders/inside"),),
        env=_environment(),
        tmpfs=(Tmpfs("/tmp"), Tmpfs("/dev/shm"), Tmpfs("/room", 128 * MB, 20_000)),  # noqa: S108 - inside the walls
    )


def _environment() -> dict[str, str]:
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": "/room",
        "LANG": "C.UTF-8",
        "TZ": "Asia/Shanghai",
        "PIP_NO_INDEX": "1",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": "/tmp/matplotlib",  # noqa: S108 - inside the walls
        "IPYTHONDIR": "/tmp/ipython",  # noqa: S108 - inside the walls
        "PYTHONHASHSEED": "0",
        **threads,
    }
