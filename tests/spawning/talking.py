"""A notebook's end of a kernel in a real room: its websocket through the proxy, as JupyterLab speaks it."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import websocket
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from running import ADMIN, Platform
from websocket import ABNF

V1 = "v1.kernel.websocket.jupyter.org"


@dataclass
class Ran:
    """What a notebook was told about one cell. `states` are the kernel's own states that belong to no cell."""

    printed: str = ""
    complaint: str = ""
    error: str = ""
    idle: bool = False
    states: list[str] = field(default_factory=list)


class Kernel:
    """A kernel of a room, and one websocket to it."""

    def __init__(
        self, platform: Platform, login: str, protocol: str = V1, path: str = "", name: str = ""
    ) -> None:
        self.platform, self.login, self.protocol = platform, login, protocol
        self.id = name or platform.room(login, "api/kernels", "POST", json={"path": path}).json()["id"]
        self.connect()

    def connect(self) -> None:
        """Open the websocket, again after the proxy or the Hub went away."""
        self.session = uuid.uuid4().hex
        self.socket = websocket.create_connection(
            f"ws://127.0.0.1:{self.platform.port}/user/{self.login}/api/kernels/{self.id}/channels?session_id={self.session}",
            header=[f"{name}: {value}" for name, value in ADMIN.items()],
            host=f"{self.login}.hub.localhost:{self.platform.port}",
            subprotocols=[self.protocol] if self.protocol else None,
            timeout=60,
        )

    def ask(self, code: str) -> str:
        """Send a cell; its number."""
        number = uuid.uuid4().hex
        header = {"msg_id": number, "msg_type": "execute_request", "username": "", "session": self.session, "version": "5.4"}  # fmt: skip
        header["date"] = "2026-01-01T00:00:00Z"
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": False}  # fmt: skip
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        if self.protocol:
            self.socket.send_binary(
                serialize_msg_to_ws_v1(message, "shell", lambda part: json.dumps(part).encode())
            )
        else:
            self.socket.send(json.dumps(message | {"channel": "shell", "buffers": []}))
        return number

    def hear(self, number: str, patience: float = 60) -> Ran:
        """Everything about that cell until it is done, or until the kernel is said to have died."""
        ran = Ran()
        deadline = time.monotonic() + patience
        while not ran.idle and not {"restarting", "dead"} & set(ran.states):
            self._take(ran, number, self._message(deadline))
        if "restarting" in ran.states:
            # As JupyterLab does: the old websocket still has the dead kernel's channels, and what it is told is lost.
            self.socket.close()
            self.connect()
        return ran

    def run(self, code: str, patience: float = 60) -> Ran:
        return self.hear(self.ask(code), patience)

    def prints(self, code: str, patience: float = 60) -> str:
        """What a cell prints; an error in it is one here."""
        ran = self.run(code, patience)
        assert ran.idle and not ran.error, ran
        return ran.printed.strip()

    def end(self) -> None:
        self.socket.close()
        self.platform.room(self.login, f"api/kernels/{self.id}", "DELETE")

    def _message(self, deadline: float) -> dict[str, Any]:
        data = b""
        while not data:
            if (left := deadline - time.monotonic()) <= 0:
                raise TimeoutError("the kernel does not answer")
            self.socket.settimeout(left)
            kind, frame = self.socket.recv_data_frame(
                control_frame=True
            )  # the proxy's pings keep no one waiting
            assert kind != ABNF.OPCODE_CLOSE, "the room closed the websocket"
            data = frame.data if kind in (ABNF.OPCODE_TEXT, ABNF.OPCODE_BINARY) else b""
        if not self.protocol:
            told: dict[str, Any] = json.loads(data)
            return told
        channel, parts = deserialize_msg_from_ws_v1(data)
        header, parent, _metadata, content = (json.loads(part) for part in parts[:4])
        return {"channel": channel, "header": header, "parent_header": parent, "content": content}

    @staticmethod
    def _take(ran: Ran, number: str, message: dict[str, Any]) -> None:
        kind, content = message["header"]["msg_type"], message["content"]
        if message["parent_header"].get("msg_id") != number:
            if kind == "status" and not message["parent_header"]:
                ran.states.append(content["execution_state"])
            return
        if kind == "stream" and content["name"] == "stdout":
            ran.printed += content["text"]
        elif kind == "stream":
            ran.complaint += content["text"]
        elif kind == "error":
            ran.error = f"{content['ename']}: {content['evalue']}"
        elif kind == "status" and content["execution_state"] == "idle":
            ran.idle = True
