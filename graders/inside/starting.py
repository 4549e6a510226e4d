"""Put a fresh process in its beginning state: the assignment's files, seeds, and where modules are looked for."""

from __future__ import annotations

import importlib
import os
import platform
import random
import sys
from typing import Any

_PYTHON = platform.python_version()


def write_files(files: dict[str, bytes]) -> None:
    """Put files into the present folder."""
    for name, data in files.items():
        parent = os.path.dirname(name)  # noqa: PTH120 - as few imports as can be
        if parent:
            os.makedirs(parent, exist_ok=True)  # noqa: PTH103
        with open(name, "wb") as out:  # noqa: PTH123
            out.write(data)


def start(files: dict[str, bytes], seed: int, modules: list[str]) -> dict[str, str]:
    """Write the files, load the modules, seed the generators; the versions of what there is."""
    write_files(files)
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception:  # noqa: S112 - what cannot be loaded is the cell's own to report
            continue
    place = os.getcwd()  # noqa: PTH109
    sys.path[:] = [one for one in sys.path if one not in ("", place)] + [
        place
    ]  # last: never in a library's place
    seed_all(seed)
    found = {"python": _PYTHON, "ipython": _version("IPython")}
    return found | {name: _version(name) for name in ("numpy", "pandas") if name in sys.modules}


def seed_all(seed: int) -> None:
    """The same numbers every time, also from numpy's global generator."""
    random.seed(seed)
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed % 2**32)


def _version(name: str) -> str:
    return str(getattr(sys.modules.get(name), "__version__", ""))
