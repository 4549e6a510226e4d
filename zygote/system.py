"""Which of the machine's own folders a walled program may read: the system, this Python, nothing personal."""

from __future__ import annotations

import os
import sys
from pathlib import Path

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store")
# No passwd, shadow, hosts, resolv.conf or certificates: only what the loader, clocks, fonts and alternatives need.
ETC = (
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/timezone",
    "/etc/fonts",
    "/etc/alternatives",
    "/etc/mime.types",
)


def system_tree() -> tuple[list[tuple[str, str]], list[list[str]]]:
    """(binds, symlinks) for the system: merged-/usr links are made again, real folders are bound."""
    binds: list[tuple[str, str]] = []
    links: list[list[str]] = []
    for name in SYSTEM:
        path = Path(name)
        if path.is_symlink():
            links.append([str(path.readlink()), name])
        elif path.is_dir():
            binds.append((name, name))
    binds += [(name, name) for name in ETC if Path(name).exists()]
    return binds, links


def python_tree() -> list[tuple[str, str]]:
    """The folders this interpreter lives in, with every hop of a linked executable (venv, uv, pyenv)."""
    wanted = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
    hop = sys.executable
    for _ in range(16):
        if not os.path.islink(hop):  # noqa: PTH114 - pathlib raises for what we may not see
            break
        hop = os.path.normpath(Path(hop).parent / Path(hop).readlink())
        wanted.append(str(Path(hop).parent.parent))
    wanted += [os.path.realpath(path) for path in wanted]
    binds: list[tuple[str, str]] = []
    for path in sorted(set(wanted), key=len):
        covered = any(path == dst or path.startswith(dst + "/") for _, dst in binds)
        in_system = any(path == top or path.startswith(top + "/") for top in SYSTEM)
        if path not in ("", "/") and not covered and not in_system and os.path.isdir(path):  # noqa: PTH112
            binds.append((path, path))  # what is not there, or not for us to see, is left out
    return binds
