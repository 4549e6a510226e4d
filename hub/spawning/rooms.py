"""The spawner: has a learner's room forked warm, finds it again after a Hub restart, and ends it."""

# mypy: disable-error-code="no-untyped-call"
# JupyterHub carries no types.

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any

from jupyterhub.spawner import Spawner
from traitlets import Enum, Integer, Unicode

from hub.fonts import font_folder
from hub.spawning import cold, doors, walls
from hub.spawning.homes import home_of
from hub.spawning.house import House, note_trouble
from hub.spawning.learner_files import offer_font
from hub.spawning.line import LeftError
from hub.spawning.people import has_terminal, is_author
from hub.spawning.refusals import RoomError
from zygote.errors import TemplateBroken, WallsMissing
from zygote.residents import Resident
from zygote.spec import Limits, TemplateSpec

PAGES = Path(__file__).parent / "pages"  # the Hub's own, in Chinese
_PATIENCE = 5.0  # seconds that a room has to end by itself


class RoomSpawner(Spawner):
    """One room a learner. Without walls it refuses, unless the machine itself is the wall and whoever runs it has said so."""

    homes_dir = Unicode(help="Folder of the learners' homes.").tag(config=True)
    run_dir = Unicode(help="Sockets of the doors, and the pid of each room for whoever ends them all.").tag(
        config=True
    )
    logs_dir = Unicode(help="Where each room's own log goes.").tag(config=True)
    portal = Unicode(help="Internal address of the portal, given to the room.").tag(config=True)
    assets = Unicode(help="Where browsers fetch what pages are made of; empty: from each room.").tag(
        config=True
    )
    resting = Unicode(help="Where a page goes when its room rests.").tag(config=True)
    first_uid = Integer(65000, help="Under root: the first number given to a home.").tag(config=True)
    idle_seconds = Integer(1800, help="An idle kernel ends after this.").tag(config=True)
    memory_mb = Integer(2048, help="Memory of all processes of a room together.").tag(config=True)
    disk_mb = Integer(2048, help="What may lie in a learner's home.").tag(config=True)
    processes = Integer(512, help="Processes and threads of a room together.").tag(config=True)
    way = Enum(("warm", "cold", "open"), "warm", help="How a room starts; see LUOJIAO_ROOMS.").tag(
        config=True
    )

    room: Resident | None = None

    async def start(self) -> str:
        """JupyterHub calls this to start the room; it answers where the room listens."""
        login = self.user.name
        try:
            await House.line.enter(login)
        except LeftError:
            raise RoomError("room.left") from None
        try:
            return await self._start(login)
        except BaseException:
            House.line.leave(login)
            raise

    async def _start(self, login: str) -> str:
        home = home_of(login, Path(self.homes_dir), self.first_uid)
        offer_font(home, font_folder() / walls.FONT)
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        with listener:
            self.port = listener.getsockname()[1]
            if self.way == "warm":
                self.room = await self._behind_walls(self._warm(login, home, listener))
        if self.way == "cold":
            self.room = await self._behind_walls(self._cold(home))
        elif self.way == "open":
            self.room = await self._open(home)
        self._note_pid()
        return f"http://127.0.0.1:{self.port}"

    async def _behind_walls(self, start: Awaitable[Resident]) -> Resident:
        """Refused where walls hold nothing back. There is no second, weaker way: who wants that one says so (LUOJIAO_ROOMS)."""
        code, why = "", ""
        try:
            await asyncio.to_thread(House.try_walls)
            return await start
        except WallsMissing as error:
            code, why = "room.walls", str(error)
        except TemplateBroken as error:
            code, why = "room.template", str(error)
        finally:
            if asyncio.iscoroutine(start):
                start.close()
            note_trouble(Path(self.run_dir), why)
        self.log.error("No room was started: %s", why)
        raise RoomError(code)

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """JupyterHub calls this for the page of who waits, for as long as the page is open."""
        while (ahead := House.line.ahead(self.user.name)) is not None:
            who = f"您前面还有 {ahead} 人" if ahead else "下一个就是您"
            yield {
                "progress": 1,
                "waiting": True,
                "message": f"学习环境满了。{who}，有人离开就自动进入，请留在这个页面。",
            }
            await asyncio.sleep(2)
        yield {"progress": 50, "message": "一般只要一两秒，好了会自动进入。"}

    async def _warm(self, login: str, home: Any, listener: socket.socket) -> Resident:
        ways = await self._open_doors()
        told = {"env": self.get_env(), "argv": self.get_args(), "cwd": walls.HOME}
        told |= {"memory_mb": self.memory_mb, "disk_mb": self.disk_mb}
        task = json.dumps(told).encode()
        place = walls.residence(login, home, ways, self.disk_mb * walls.MB)
        self._log_file().write_bytes(b"")
        with open(self._log_file(), "ab") as log:  # noqa: PTH123 - appended to: it may be emptied meanwhile
            fds = (log.fileno(), listener.fileno())
            return await asyncio.to_thread(
                House.warm.settle, self.template(), task, fds, self._limits(), place
            )

    async def _cold(self, home: Any) -> Resident:
        told = (home, self.get_args(), self.get_env(), self._log_file())
        return await asyncio.to_thread(cold.start_walled, *told, self._limits())

    async def _open(self, home: Any) -> Resident:
        try:
            told = (home, self.get_args(), self.get_env(), self._log_file())
            return await asyncio.to_thread(cold.start_open, *told)
        except PermissionError:
            raise RoomError("room.python") from None

    def _limits(self) -> Limits:
        return walls.limits(self.memory_mb * walls.MB, self.processes)

    def template(self) -> TemplateSpec:
        """What rooms are forked from."""
        homes = Path(self.homes_dir)
        homes.mkdir(parents=True, exist_ok=True)
        return walls.template_spec(homes, doors.folder(Path(self.run_dir)))

    async def _open_doors(self) -> dict[str, str]:
        """The Hub passes on what rooms say to it; the portal opens its own door."""
        ways = {doors.HUB: self.hub.api_url, doors.PORTAL: self.portal}
        async with House.lock:
            if doors.HUB not in House.servers:
                place = doors.folder(Path(self.run_dir)) / doors.HUB
                House.servers[doors.HUB] = await doors.open_door(place, self.hub.api_url)
        return ways

    def _log_file(self) -> Path:
        folder = Path(self.logs_dir)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / f"{self.user.name}.log"

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """The room's own part of its environment."""
        login = self.user.name
        home = str(Path(self.homes_dir) / login) if self.way == "open" else walls.HOME
        etc = walls.ETC if self.way == "open" else walls.ETC_INSIDE
        role = "author" if is_author(self.user.user_info) else "learner"
        return env | {
            **(walls.open_env(login, home) if self.way == "open" else walls.common_env()),
            "USER": login,
            "LOGNAME": login,
            "LUOJIAO_PORTAL": self.portal,
            "ROOM_ASSETS": self.assets,
            "ROOM_RESTING": self.resting,
            "ROOM_IDLE_SECONDS": str(self.idle_seconds),
            "ROOM_TERMINAL": "1" if has_terminal(self.user.user_info) else "0",
            # The first wins: what the role needs, then what all need.
            "JUPYTER_CONFIG_PATH": f"{etc / role}:{etc / 'common'}",
            "JUPYTERHUB_ROOT_DIR": home,
            "JUPYTERHUB_DEFAULT_URL": "/lab" if role == "author" else "/tree",
            "JUPYTERHUB_DISABLE_USER_CONFIG": "1",
        }

    def get_env(self) -> dict[str, str]:
        """Nothing is inherited from the Hub (``env_keep`` is empty): this is all there is."""
        env: dict[str, str] = super().get_env()
        return self.user_env(env)

    def _env_keep_default(self) -> list[str]:
        return []

    def load_state(self, state: dict[str, Any]) -> None:
        """Called when the Hub has restarted."""
        super().load_state(state)
        if "room" in state:
            kind = cold.ColdRoom if state.get("cold") else Resident
            self.room = kind(state["room"]["pid"], state["room"]["born"], tuple(state["room"]["folders"]))
            House.line.count(self.user.name)

    def get_state(self) -> dict[str, Any]:
        """Called to have the state written down; a pid alone may be somebody else's after a reboot."""
        state: dict[str, Any] = super().get_state()
        if self.room is None:
            return state
        told = {"pid": self.room.pid, "born": self.room.born, "folders": list(self.room.folders)}
        return state | {"room": told, "cold": isinstance(self.room, cold.ColdRoom)}

    def clear_state(self) -> None:
        """Called when the room has ended."""
        super().clear_state()
        if self.room is not None:
            self.room.clear()
            self.room = None
        House.line.leave(self.user.name)
        (Path(self.run_dir) / "rooms" / self.user.name).unlink(missing_ok=True)

    async def poll(self) -> int | None:
        """None while the room lives. Called every few seconds, and after a Hub restart for every room in the records."""
        if self.room is not None and self.room.alive:
            if doors.HUB not in House.servers and self.way == "warm":
                with contextlib.suppress(OSError):
                    await self._open_doors()  # the Hub has restarted: rooms want to reach it again
            return None
        self.clear_state()
        return 0

    async def stop(self, now: bool = False) -> None:
        """Called to end the room: the server is asked (it saves nothing by itself), then all behind the walls ends."""
        room = self.room
        if room is None:
            return
        if not now:
            room.ask_to_end()
            await self._gone(room)
        room.end()
        await self._gone(room)

    @staticmethod
    async def _gone(room: Resident) -> None:
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while room.alive and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.05)

    def _note_pid(self) -> None:
        folder = Path(self.run_dir) / "rooms"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.room is not None:
            (folder / self.user.name).write_text(f"{self.room.pid} {self.room.born}\n", encoding="ascii")
