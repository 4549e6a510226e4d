"""The spawner: starts a learner's Jupyter server behind walls, finds it again after a Hub restart, and ends it."""

# mypy: disable-error-code="no-untyped-call"
# JupyterHub carries no types.

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
from jupyterhub.spawner import LocalProcessSpawner
from jupyterhub.utils import random_port
from traitlets import Integer, Unicode

from hub.settings import font_folder
from hub.spawning import walls
from hub.spawning.homes import home_of
from hub.spawning.learner_files import offer_font
from hub.spawning.people import is_author
from zygote import walls as zygote_walls
from zygote.errors import WallsMissing

NO_WALLS = "学习环境不能启动：这台机器没有建立隔离环境。请联系管理员运行 luojiao doctor。"


class RoomError(RuntimeError):
    """A room that does not start; JupyterHub shows ``jupyterhub_message`` to the learner."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.jupyterhub_message = message


class RoomSpawner(LocalProcessSpawner):
    """One room a learner. Without walls it refuses: there is no setting that starts a room without."""

    homes_dir = Unicode(help="Folder of the learners' homes.").tag(config=True)
    run_dir = Unicode(help="Where the pid of each room is noted, for whoever ends them all.").tag(config=True)
    logs_dir = Unicode(help="Where each room's own log goes.").tag(config=True)
    portal = Unicode(help="Internal address of the portal, given to the room.").tag(config=True)
    first_uid = Integer(65000, help="Under root: the first number given to a home.").tag(config=True)
    idle_seconds = Integer(1800, help="An idle kernel ends after this.").tag(config=True)

    born = 0.0
    _walled: zygote_walls.Walled | None = None

    async def start(self) -> tuple[str, int]:
        """JupyterHub calls this to start the room; it answers where the room listens."""
        login = self.user.name
        self.port = random_port()
        home = home_of(login, Path(self.homes_dir), self.first_uid)
        offer_font(home, font_folder() / "NotoSansCJKsc-Regular.otf")
        command = (sys.executable, "-m", "jupyterhub.singleuser", *self.get_args())
        spec = walls.room_spec(login, home, command, self.get_env())
        try:
            self._walled = await asyncio.to_thread(self._enter, spec, self._log_file())
        except WallsMissing as error:
            self.log.error("No walls for a room: %s", error)
            raise RoomError(NO_WALLS) from None
        self.proc = self._walled.process
        self.pid = self.proc.pid
        self.born = psutil.Process(self.pid).create_time()
        self._note_pid()
        return "127.0.0.1", self.port

    @staticmethod
    def _enter(spec: Any, log: Path) -> zygote_walls.Walled:
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            # No lifeline: the room goes on while the Hub restarts.
            walled = zygote_walls.start(spec, stdout=stream, stderr=subprocess.STDOUT, lifeline=False)
        walled.wait_up()
        return walled

    def _log_file(self) -> Path:
        folder = Path(self.logs_dir)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / f"{self.user.name}.log"

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Called by get_env. Nothing is inherited from the Hub (``env_keep`` is empty): this is all there is."""
        login = self.user.name
        home = walls.inside_home(login)
        role = "author" if is_author(self.user.user_info) else "learner"
        return env | {
            "HOME": home,
            "USER": login,
            "LOGNAME": login,
            "SHELL": "/bin/sh",
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "LANGUAGE": "zh_CN",
            "TZ": os.environ.get("TZ", "Asia/Shanghai"),
            "LUOJIAO_PORTAL": self.portal,
            "LUOJIAO_MARK": os.environ.get("LUOJIAO_MARK", ""),
            "ROOM_IDLE_SECONDS": str(self.idle_seconds),
            # The first wins: what the role needs, then what all need.
            "JUPYTER_CONFIG_PATH": f"{walls.ETC / role}:{walls.ETC / 'common'}",
            "JUPYTERHUB_ROOT_DIR": home,
            "JUPYTERHUB_DEFAULT_URL": "/lab",
            "JUPYTERHUB_DISABLE_USER_CONFIG": "1",
            # Sockets of kernels live there, and their paths must be short.
            "JUPYTER_RUNTIME_DIR": "/tmp/jupyter",  # noqa: S108 - inside the walls
            "PYTHONDONTWRITEBYTECODE": "1",
            "MATPLOTLIBRC": str(walls.ETC / "common" / "matplotlibrc"),
        }

    def _env_keep_default(self) -> list[str]:
        return []

    def load_state(self, state: dict[str, Any]) -> None:
        """Called when the Hub has restarted."""
        super().load_state(state)
        self.born = state.get("born", 0.0)

    def get_state(self) -> dict[str, Any]:
        """Called to have the state written down; a pid alone may be somebody else's after a reboot."""
        state: dict[str, Any] = super().get_state()
        return state | ({"born": self.born} if self.pid else {})

    def clear_state(self) -> None:
        """Called when the room has ended."""
        super().clear_state()
        self.born = 0.0
        if self._walled is not None:
            self._walled.close()
            self._walled = None
        (Path(self.run_dir) / self.user.name).unlink(missing_ok=True)

    async def poll(self) -> int | None:
        """None while the room lives. Called every half minute, and after a Hub restart for every room in the records."""
        if self.proc is None and self.pid and not self._is_ours():
            self.clear_state()
            return 0
        status: int | None = await super().poll()
        return status

    def _is_ours(self) -> bool:
        try:
            process = psutil.Process(self.pid)
            return bool(
                process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - self.born) < 1
            )
        except psutil.Error:
            return False

    async def stop(self, now: bool = False) -> None:
        """Called to end the room: the server is asked (it saves nothing by itself), then all behind the walls ends."""
        if await self.poll() is not None:
            return
        if not now:
            # The outermost process holds signals back; the server is the child of the walls' own init.
            inner = psutil.Process(self.pid).children(recursive=True)[1:2]
            for process in inner:
                process.send_signal(signal.SIGTERM)
            await self.wait_for_death(5)
        if await self.poll() is None:
            await self._signal(signal.SIGKILL)
            await self.wait_for_death(5)

    def _note_pid(self) -> None:
        folder = Path(self.run_dir)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / self.user.name).write_text(f"{self.pid} {self.born}\n", encoding="ascii")
