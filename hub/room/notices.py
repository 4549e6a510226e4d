"""Tells learners in their own notebook which bound of the room ended what they ran, and what they can do."""

# mypy: disable-error-code="no-untyped-call,misc"
# jupyter_server carries no complete types.

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
from typing import Any, ClassVar

from jupyter_client.ioloop.restarter import AsyncIOLoopKernelRestarter
from jupyter_server.services.kernels.connection.base import (
    deserialize_binary_message,
    deserialize_msg_from_ws_v1,
)
from tornado.ioloop import PeriodicCallback
from tornado.websocket import WebSocketClosedError

from hub.room.sockets import HearingConnection
from zygote.inside.bounds import COUNTS, DISK, ENDED, LATEST, MEMORY, TICK

_LOOK_SECONDS = 0.5
_UNNAMED_SECONDS = 10.0  # so long an end that the kernel told without a name may belong to a kernel that died

_KEPT = "已经保存的文件都还在，没有保存的变量和输出没有了。"
_WHOLE, _PART = "这个笔记本正在运行的程序被结束了", "单元里启动的一个子进程被结束了，笔记本本身还在运行"
_ADVICE = {
    MEMORY: (
        "内存超过了学习环境的上限（{limit} MB），{what}。{kept}\n"
        "怎么办：一次少读一些数据（分块读，只取要用的列），用完的大变量用 del 删掉，关掉不用的笔记本，再从头运行。"
    ),
    DISK: (
        "磁盘超过了学习环境的上限（{limit} MB），{what}。{kept}\n"
        "怎么办：在左边的文件列表里删除不要的大文件，再从头运行；在低于上限之前，再写大文件还会被结束。"
    ),
}


class Bounds:
    """What the room's first process has noted; see `zygote.inside.bounds`."""

    def __init__(self, counts: int, limits: dict[int, int]) -> None:
        self._counts = counts
        self._limits = limits  # megabytes
        self._seen = (0, 0)
        self._last = 0.0

    def ended(self) -> list[tuple[int, int, int, float]]:
        """(pid, session, what was run into, when) of everyone ended since the last time this was asked."""
        head = os.pread(self._counts, COUNTS.size, 0)
        if COUNTS.unpack(head) == self._seen:
            return []
        self._seen = COUNTS.unpack(head)
        packed = os.pread(self._counts, LATEST * ENDED.size, COUNTS.size)
        packed = packed[: len(packed) // ENDED.size * ENDED.size]
        fresh = sorted(
            (one for one in ENDED.iter_unpack(packed) if one[3] > self._last), key=lambda one: one[3]
        )
        self._last = fresh[-1][3] if fresh else self._last
        return fresh

    def text(self, which: int, whole: bool) -> str:
        """What the learner reads; `whole`: it was the kernel itself."""
        what = _WHOLE if whole else _PART
        return _ADVICE[which].format(limit=self._limits[which], what=what, kept=_KEPT if whole else "")


class PatientRestarter(AsyncIOLoopKernelRestarter):
    """Finds dead kernels as ever, but late enough for the room's first process to have noted why."""

    async def poll(self) -> None:  # type: ignore[override]  # its own class has it so
        """Called once a second, or as configured."""
        if not await self.kernel_manager.is_alive():
            await asyncio.sleep(2 * TICK)
        await super().poll()


class TellingConnection(HearingConnection):
    """The websocket of a notebook, which also hears of the room's bounds. A notice stands in the cell that ran, or in the next."""

    bounds: ClassVar[Bounds | None] = None  # set once, when the server starts
    _looking: ClassVar[PeriodicCallback | None] = None
    # By kernel: headers of the cells that it was asked to run and has not done with, in their order. What the kernel
    # itself says of them may not come: one that allocates without a pause is ended before it has said anything.
    _asked: ClassVar[dict[str, dict[str, Any]]] = {}
    _waiting: ClassVar[dict[str, str]] = {}  # by kernel: a notice that had no cell to stand in
    _unnamed: ClassVar[list[tuple[int, float]]] = []
    _kernels: ClassVar[Any] = None

    def connect(self) -> Any:
        """Called when the websocket opens."""
        if TellingConnection._looking is None and self.bounds is not None:
            TellingConnection._looking = PeriodicCallback(self._look, 1000 * _LOOK_SECONDS)
            TellingConnection._looking.start()
        TellingConnection._kernels = self.multi_kernel_manager
        return super().connect()

    def handle_incoming_message(self, incoming_msg: Any) -> None:
        """Called for each message of the browser: remember the cells."""
        super().handle_incoming_message(incoming_msg)
        with contextlib.suppress(Exception):  # a malformed message has been dealt with above
            if header := _cell(incoming_msg, self.subprotocol):
                self._asked.setdefault(self.kernel_id, {})[header["msg_id"]] = header

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        """Called for each message of the kernel: forget the cells that it has done with."""
        super().handle_outgoing_message(stream, outgoing_msg)
        if getattr(stream, "channel", None) != "iopub":
            return
        with contextlib.suppress(Exception):  # a malformed message has been dealt with above
            _, parts = self.session.feed_identities(outgoing_msg)
            header = self.session.unpack(parts[1])
            if header["msg_type"] == "execute_input" and (waiting := self._waiting.pop(self.kernel_id, None)):
                self._write(self.kernel_id, waiting, self.session.unpack(parts[2]))
            elif (
                header["msg_type"] == "status" and self.session.unpack(parts[4])["execution_state"] == "idle"
            ):
                self._asked.get(self.kernel_id, {}).pop(self.session.unpack(parts[2]).get("msg_id"), None)

    def on_kernel_restarted(self) -> None:
        """Called when the kernel was found dead: the notice must come first, then JupyterLab forgets the cell."""
        self._look()
        self._look_for_unnamed()
        self._asked.pop(self.kernel_id, None)
        super().on_kernel_restarted()

    def _look_for_unnamed(self) -> None:
        """This kernel died: what the kernel of the machine told without a name was it."""
        fresh = [one for one in self._unnamed if time.monotonic() - one[1] < _UNNAMED_SECONDS]
        self._unnamed.clear()
        if fresh and self.bounds is not None:
            self._tell(self.kernel_id, self.bounds.text(fresh[0][0], whole=True))

    @classmethod
    def _look(cls) -> None:
        """Whoever was ended since the last look: a kernel, or what a kernel had started."""
        if cls.bounds is None:
            return
        cls._look_for_parts(cls.bounds)
        if not (ended := cls.bounds.ended()):
            return
        for connection in list(cls._open_sockets):
            if iopub := connection.channels.get("iopub"):
                iopub.flush()  # else a cell that is done may be taken for one that runs
        kernels = {pid: name for name in cls._kernels.list_kernel_ids() if (pid := _pid(cls._kernels, name))}
        told: dict[str, tuple[int, bool]] = {}
        for pid, session, which, when in ended:
            if pid in kernels:
                told[kernels[pid]] = (which, True)
            elif session in kernels:
                told.setdefault(kernels[session], (which, False))
            elif not pid:
                cls._unnamed.append((which, when))
        for name, (which, whole) in told.items():
            cls._tell(name, cls.bounds.text(which, whole))

    @classmethod
    def _look_for_parts(cls, bounds: Bounds) -> None:
        """Ended without a name, and every kernel lives: it was something that a cell which runs has started."""
        old = [one for one in cls._unnamed if time.monotonic() - one[1] > _LOOK_SECONDS]
        if old and all(_lives(cls._kernels, name) for name in cls._kernels.list_kernel_ids()):
            cls._unnamed[:] = [one for one in cls._unnamed if one not in old]
            for name in [name for name, cells in cls._asked.items() if cells]:
                cls._tell(name, bounds.text(old[0][0], whole=False))

    @classmethod
    def _tell(cls, kernel: str, text: str) -> None:
        runs = next(iter(cls._asked.get(kernel, {}).values()), None)
        if runs is None or not cls._write(kernel, text, runs):
            cls._waiting[kernel] = text

    @classmethod
    def _write(cls, kernel: str, text: str, header: dict[str, Any]) -> bool:
        """Whether anybody was there to read it."""
        open_now = [one for one in list(cls._open_sockets) if one.kernel_id == kernel]
        for connection in open_now:
            with contextlib.suppress(WebSocketClosedError):
                connection.write_stderr(text, header)
        return bool(open_now)


def _cell(message: Any, protocol: str | None) -> dict[str, Any] | None:
    """The header of a message that asks to run a cell whose output is shown, else None."""
    asks = "execute_request"
    if (asks.encode() if isinstance(message, bytes) else asks) not in message:
        return None
    if protocol:
        parts = deserialize_msg_from_ws_v1(message)[1]
        header, content = json.loads(parts[0]), json.loads(parts[3])
    else:
        told = deserialize_binary_message(message) if isinstance(message, bytes) else json.loads(message)
        header, content = told["header"], told["content"]
    return header if header["msg_type"] == asks and not content.get("silent") else None


def _pid(kernels: Any, name: str) -> int | None:
    """A kernel that is just being started or ended has no provisioner."""
    provisioner = kernels.get_kernel(name).provisioner
    return None if provisioner is None else getattr(provisioner, "pid", None)


def _lives(kernels: Any, name: str) -> bool:
    """Whether its process is there; the restarter looks more seldom."""
    provisioner = kernels.get_kernel(name).provisioner
    process = None if provisioner is None else getattr(provisioner, "process", None)
    return process is not None and process.poll() is None
