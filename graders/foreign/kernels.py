"""Which kernel a source notebook asks for, and where that kernel lives on this machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graders.errors import BrokenAssignment

_PYTHON = ("python", "python2", "python3", "ipython")


@dataclass(frozen=True)
class Kernel:
    """An installed kernel: its program with `{connection_file}` in it, what it wants set, the folder of its kernelspec."""

    name: str
    argv: tuple[str, ...]
    folder: str
    env: Mapping[str, str] = field(default_factory=dict)


def foreign_kernel(source: bytes) -> str:
    """The kernel's name when the source notebook is written in another language than Python, else "".

    Only the source is asked, never a submission. The kernelspec's language counts first, then `language_info`, then
    the kernel's name; a notebook that says nothing is Python. Bytes that are no notebook are for others to refuse.
    """
    try:
        notebook = json.loads(source.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ""
    metadata = _object(_object(notebook).get("metadata"))
    spec, info = _object(metadata.get("kernelspec")), _object(metadata.get("language_info"))
    language = _word(spec.get("language")) or _word(info.get("name"))
    name = _word(spec.get("name")) or language
    return "" if not name or (language or name).lower() in _PYTHON else name


def find_kernel(name: str) -> Kernel:
    """The kernel of that name; raises BrokenAssignment when it is not installed or its kernelspec is none."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager(ensure_native_kernel=False).get_kernel_spec(name)
    except (NoSuchKernel, ValueError, OSError) as error:
        raise BrokenAssignment("source.kernel", f"{name!r}: {type(error).__name__}") from error
    argv = [str(word).replace("{resource_dir}", spec.resource_dir) for word in spec.argv]
    if not argv:
        raise BrokenAssignment("source.kernel", f"{name!r} has no program")
    if argv[0] in ("python", "python3", f"python3.{sys.version_info.minor}"):
        argv[0] = sys.executable
    env = {str(key): str(value) for key, value in spec.env.items()}
    return Kernel(name, tuple(argv), str(Path(spec.resource_dir).absolute()), env)


def _object(found: object) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _word(found: object) -> str:
    return found.strip() if isinstance(found, str) else ""
