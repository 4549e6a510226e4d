"""Start a template's process inside its outer walls and tell it what to become."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from zygote import system
from zygote.errors import WallsMissing
from zygote.spec import TemplateSpec

_BOOT = "import sys; sys.path.append(sys.argv.pop(1)); from zygote.inside.template import main; sys.path.pop(); main()"
_KEPT = "/luojiao/kept"  # what a fork's fresh folders would cover, to be bound again above them
_PACKAGES = str(Path(__file__).resolve().parent.parent)


def launch(spec: TemplateSpec) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """(process, control socket) of a template that has begun to build its walls; WallsMissing without the tool."""
    tool = shutil.which("unshare")
    if tool is None:
        raise WallsMissing("walls.no_unshare")
    root = os.geteuid() == 0
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        told = in_memory(_message_for(spec, root))
        try:
            who = [] if root else ["--user", "--map-root-user"]
            walls = [
                tool,
                "--mount",
                "--pid",
                "--ipc",
                "--uts",
                "--net",
                *who,
                "--fork",
                *([] if spec.residents else ["--kill-child=SIGKILL"]),
                "--",
            ]
            inner = [sys.executable, "-s", "-S", "-P", "-B", "-c", _BOOT, _PACKAGES]
            process = subprocess.Popen(
                [*walls, *inner, str(told), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(told, theirs.fileno()),
                env=dict(spec.env),
                cwd="/",
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            os.close(told)
    return process, ours


def _message_for(spec: TemplateSpec, root: bool) -> bytes:
    binds, links = system.system_tree()
    python = system.python_tree()
    covered = [
        path for path, _ in python if any(path.startswith(t.path.rstrip("/") + "/") for t in spec.tmpfs)
    ]
    kept = [[f"{_KEPT}/{at}", path] for at, path in enumerate(covered)]  # a checkout in /tmp, say
    binds += [*python, *spec.read_only, *((path, place) for place, path in kept)]
    return json.dumps(
        {
            "binds": [[os.path.realpath(src), dst, "ro"] for src, dst in binds]
            + [[os.path.realpath(src), dst, "rw"] for src, dst in spec.stores],
            "links": links,
            "tmpfs": [[t.path, t.size, t.inodes] for t in spec.tmpfs],
            "kept": kept,
            "terminals": spec.residents,
            "residents": spec.residents,
            "stores": [dst for _, dst in spec.stores],
            "root": root,
            "uid": spec.uid,
            "gid": spec.gid,
            "account": [spec.uid, spec.gid],
            "name": spec.name,
            "hostname": spec.hostname,
            "cwd": spec.cwd,
            "path": list(spec.path),
            "module": spec.module,
            "argument": dict(spec.argument),
        }
    ).encode()


def in_memory(content: bytes) -> int:
    """A file in memory with this content."""
    fd = os.memfd_create(f"luojiao-{secrets.token_hex(4)}", os.MFD_CLOEXEC)
    with os.fdopen(fd, "wb", closefd=False) as out:
        out.write(content)
    return fd
