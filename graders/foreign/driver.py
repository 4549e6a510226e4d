"""Behind the walls: start one Jupyter kernel, run cells in it one request at a time, tell how each ended and no more."""

from __future__ import annotations

import ctypes
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.session import Session

KILLED, ENDED, OVERTIME = 75, 76, 77  # exit codes: how the kernel went
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_PR_SET_DUMPABLE = 4
_CHANNELS = ("shell", "iopub", "stdin", "control", "hb")
_TMP = "/tmp"  # noqa: S108 - inside the walls


class Kernel:
    """The running kernel and the two sockets of it that are needed."""

    def __init__(self, argv: list[str], env: dict[str, str]) -> None:
        key = secrets.token_hex(32)
        place = Path(_TMP) / "kernel"
        place.mkdir(mode=0o700)
        told: dict[str, Any] = {f"{name}_port": number for number, name in enumerate(_CHANNELS, 1)}
        told |= {"transport": "ipc", "ip": f"{place}/end", "key": key, "signature_scheme": "hmac-sha256"}
        connection = place / "connection.json"
        connection.write_text(json.dumps(told), encoding="utf-8")
        self.session = Session(key=key.encode(), username="learner")
        context = zmq.Context()
        self.shell, self.iopub = context.socket(zmq.DEALER), context.socket(zmq.SUB)
        self.iopub.setsockopt(zmq.RCVHWM, 0)  # a learner who prints in masses loses nothing
        self.iopub.subscribe(b"")
        self.poller = zmq.Poller()
        for socket, number in ((self.shell, 1), (self.iopub, 2)):
            socket.setsockopt(zmq.LINGER, 0)
            socket.connect(f"ipc://{place}/end-{number}")
            self.poller.register(socket, zmq.POLLIN)
        words = [word.replace("{connection_file}", str(connection)) for word in argv]
        self.process = subprocess.Popen(words, env={**os.environ, **env}, stdin=subprocess.DEVNULL)
        self.helpers: set[tuple[str, str]] = set()

    def wait_ready(self) -> dict[str, Any]:
        """Ask who it is until it answers on both sockets; gives its kernel_info_reply."""
        info: dict[str, Any] = {}
        seen = False
        while not (info and seen):
            asked = self.ask("kernel_info_request", {})
            until = time.monotonic() + 1.0
            while not (info and seen) and time.monotonic() < until:
                for name, parent, content in self.messages():
                    seen = seen or name == "status"
                    if name == "kernel_info_reply" and parent == asked:
                        info = content
        self.helpers = _children(self.process.pid)
        return info

    def run(self, text: str) -> dict[str, Any]:
        """Run one cell. {"error": something went wrong, "value": digits of its last result, "" for no number, or None}."""
        content = {
            "code": text,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        asked = self.ask("execute_request", content)
        status, error, value, idle = "", "", None, False
        while not (status and idle):
            for name, parent, told in self.messages():
                if parent != asked:
                    continue
                if name == "execute_reply":
                    status = str(told.get("status"))
                    error = error or (_family(told) if status != "ok" else "")
                elif name == "error":
                    error = _family(told)
                elif name == "execute_result":
                    value = _digits(told)
                elif name == "status":
                    idle = told.get("execution_state") == "idle"
        if not self.helpers <= _children(self.process.pid):
            os._exit(
                ENDED
            )  # the interpreter behind the kernel has ended; a new one in its place proves nothing
        return {"error": error, "value": value}

    def ask(self, kind: str, content: dict[str, Any]) -> str:
        """Send a request; its id."""
        message = self.session.msg(kind, content)
        self.session.send(self.shell, message)
        return str(message["header"]["msg_id"])

    def messages(self) -> list[tuple[str, str, dict[str, Any]]]:
        """What has come within a moment: (kind, id of the request, content). Ends this process when the kernel is gone."""
        found = []
        for socket, _ in self.poller.poll(100):
            try:
                _, message = self.session.recv(socket)
            except (ValueError, TypeError, LookupError):
                continue  # not signed, or no message
            if message is not None and isinstance(content := message["content"], dict):
                found.append((message["msg_type"], message["parent_header"].get("msg_id", ""), content))
        if not found and self.process.poll() is not None:
            code = self.process.returncode
            os._exit(OVERTIME if code == -signal.SIGXCPU else KILLED if code < 0 else ENDED)
        return found


def _children(parent: int) -> set[tuple[str, str]]:
    """Living processes that the kernel itself started: (process id, when it began)."""
    found = set()
    for about in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, ppid, *rest = about.read_text("utf-8", "replace").rpartition(")")[2].split()
        except (OSError, ValueError):
            continue  # it ended while we looked
        if ppid == str(parent) and state not in "ZX":
            found.add((about.parent.name, rest[17]))
    return found


def _family(told: dict[str, Any]) -> str:
    """What kind of error, as far as every kernel tells it: the wish for a keyboard, or anything else."""
    return "input" if told.get("ename") == "StdinNotImplementedError" else "raised"


def _digits(told: dict[str, Any]) -> str:
    data = told.get("data")
    text = data.get("text/plain") if isinstance(data, dict) else None
    text = text.strip() if isinstance(text, str) else ""
    return text if len(text) <= 40 and _NUMBER.fullmatch(text) else ""


def _reply(fd: int, token: str, told: dict[str, Any]) -> None:
    os.write(fd, json.dumps({"token": token, **told}).encode() + b"\n")


def main() -> None:
    """argv: fd to read requests from, fd to write replies to."""
    requests, replies = int(sys.argv[1]), int(sys.argv[2])
    ctypes.CDLL(None).prctl(
        _PR_SET_DUMPABLE, 0, 0, 0, 0
    )  # our descriptors and memory are not the kernel's to open
    for name in ("HOME", "JUPYTER_RUNTIME_DIR"):
        Path(os.environ[name]).mkdir(exist_ok=True)
    with os.fdopen(requests, "rb", closefd=False) as lines:
        first = json.loads(lines.readline())
        try:
            kernel = Kernel(first["argv"], first["env"])
        except OSError as error:
            _reply(replies, first["token"], {"missing": type(error).__name__})
            return
        info = kernel.wait_ready()
        language = info.get("language_info")
        told = language if isinstance(language, dict) else {}
        versions = {"language": told.get("name"), "language_version": told.get("version")}
        _reply(replies, first["token"], {"versions": {k: str(v)[:40] for k, v in versions.items() if v}})
        while line := lines.readline():
            request = json.loads(line)
            _reply(replies, request["token"], kernel.run(request["text"]))


if __name__ == "__main__":
    main()
