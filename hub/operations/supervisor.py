"""Starts services, restarts the dead with growing pauses, and stops all without leaving a process behind."""

from __future__ import annotations

import signal
import subprocess
import time
from dataclasses import dataclass, field

import psutil

from hub.operations import home, processes
from hub.operations.screen import Screen
from hub.operations.services import Service, Step
from hub.settings import CHECKOUT, Settings

PAUSES = (0.5, 1, 2, 5, 10, 30)
# A service that ended this often within a minute is in a crash loop, and its operator hears of it once.
MANY_ENDS = 4
# A service that was well and has not answered for so long is hung, and is ended to be started again.
HUNG_SECONDS = 120.0


class StoppedError(Exception):
    """The operator asked to stop (Ctrl-C, SIGTERM)."""


class StartError(RuntimeError):
    """Something that is needed does not start; the message is one line for the operator."""


@dataclass
class _Running:
    service: Service
    process: subprocess.Popen[bytes] | None = None
    state: str = "starting"
    since: float = field(default_factory=time.time)
    ends: list[float] = field(default_factory=list)
    restart_at: float = 0.0
    check_at: float = 0.0
    well_at: float | None = None
    told: bool = False

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None


class Supervisor:
    """Runs in one thread: a child's parent-death signal follows the thread that started it."""

    def __init__(self, settings: Settings, screen: Screen) -> None:
        self._settings = settings
        self._screen = screen
        self._running: list[_Running] = []
        self._steps: set[int] = set()
        self._stop_asked = False
        self._phase, self._message = "starting", ""
        processes.adopt_orphans()
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, self._ask_to_stop)

    def _ask_to_stop(self, *_: object) -> None:
        self._stop_asked = True

    def start(self, service: Service) -> None:
        """Start a service and keep it running from now on."""
        running = _Running(service)
        self._running.append(running)
        home.open_log(self._settings, service.name)
        self._launch(running)

    def _launch(self, running: _Running) -> None:
        service = running.service
        with (self._settings.logs_dir / f"{service.name}.log").open("ab") as log:
            running.process = subprocess.Popen(
                service.argv,
                env=service.env,
                cwd=CHECKOUT if not service.identity else "/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=processes.ends_with_parent(service.orphan_signal),  # noqa: PLW1509 - one thread
                **service.identity,  # type: ignore[call-overload]
            )
        home.write_pid(self._settings.run_dir / f"{service.name}.pid", running.process.pid)
        running.state, running.since, running.well_at, running.check_at = "starting", time.time(), None, 0.0
        self._save()

    def run(self, step: Step) -> None:
        """Run a step to its end while the services are watched. Raises StartError with its last line."""
        log = home.open_log(self._settings, step.name)
        with log.open("ab") as stream:
            process = subprocess.Popen(
                step.argv,
                env=step.env,
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                preexec_fn=processes.ends_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one thread
            )
        self._steps = {process.pid}
        try:
            while process.poll() is None:
                self.tick()
                time.sleep(0.05)
        except StoppedError:
            processes.end([psutil.Process(process.pid)], grace=5)
            raise
        if process.returncode != 0:
            raise StartError(f"{step.title}失败：{home.last_line(log) or '没有输出'}（全文在 {log}）。")

    def wait(self, names: list[str], timeout: float) -> None:
        """Wait until the named services are well.

        Raises StartError for an essential one that does not come up; another costs a line and stays watched.
        """
        deadline = time.monotonic() + timeout
        waited = [r for r in self._running if r.service.name in names]
        while pending := [r for r in waited if r.state != "up" and not (r.told and not r.service.essential)]:
            self.tick()
            late = time.monotonic() > deadline
            for running in pending:
                if running.told and running.service.essential:
                    raise StartError(self._complaint(running))
                if late and not running.told:
                    self._tell(running)
            time.sleep(0.1)

    def unwell(self) -> list[str]:
        """Titles of the services that are not up."""
        return [r.service.title for r in self._running if r.state != "up"]

    def set_phase(self, phase: str, message: str = "") -> None:
        """Say in run/state.json how far we are."""
        self._phase, self._message = phase, message
        self._save()

    def watch(self) -> None:
        """Keep everything running until the operator asks to stop."""
        try:
            while True:
                self.tick()
                time.sleep(0.2)
        except StoppedError:
            return

    def tick(self) -> None:
        """Look at every service once; raises StoppedError when the operator asked to stop."""
        if self._stop_asked:
            raise StoppedError
        for running in self._running:
            self._look_at(running)
        processes.reap({r.pid for r in self._running if r.pid} | self._steps)

    def _look_at(self, running: _Running) -> None:
        now = time.monotonic()
        if running.process is None:
            if now >= running.restart_at:
                self._launch(running)
            return
        code = running.process.poll()
        if code is not None:
            self._ended(running, code, now)
        elif now >= running.check_at:
            running.check_at = now + (0.2 if running.state != "up" else 2.0)
            self._judge(running, running.service.healthy(), now)

    def _ended(self, running: _Running, code: int, now: float) -> None:
        running.process = None
        running.ends = [t for t in running.ends if now - t < 60] + [now]
        running.restart_at = now + PAUSES[min(len(running.ends), len(PAUSES)) - 1]
        running.state, running.since = "down", time.time()
        self._save()
        if len(running.ends) >= MANY_ENDS:
            self._tell(running)
        elif running.well_at is not None or self._phase == "ready":
            self._screen.warn(f"{running.service.title}退出（代码 {code}），正在重新启动。")

    def _judge(self, running: _Running, well: bool, now: float) -> None:
        if well:
            running.well_at, running.told = now, False
            self._set(running, "up")
        elif running.well_at is not None:
            self._set(running, "unwell")
            if now - running.well_at > HUNG_SECONDS and running.service.name != "postgres":
                self._screen.warn(f"{running.service.title}没有回应，正在重新启动。")
                processes.end([psutil.Process(running.pid)], running.service.grace)

    def _set(self, running: _Running, state: str) -> None:
        if running.state != state:
            running.state, running.since = state, time.time()
            self._save()

    def _tell(self, running: _Running) -> None:
        if not running.told:
            running.told = True
            if not running.service.essential or self._phase == "ready":
                self._screen.bad(self._complaint(running))

    def _complaint(self, running: _Running) -> str:
        log = self._settings.logs_dir / f"{running.service.name}.log"
        line = home.last_line(log)
        return f"{running.service.title}起不来：{line or '没有输出'}（全文在 {log}）。"

    def _save(self) -> None:
        home.write_state(self._settings, self._phase, self._message, [self._state(r) for r in self._running])

    def _state(self, running: _Running) -> home.ServiceState:
        s = running.service
        log = str(self._settings.logs_dir / f"{s.name}.log")
        return home.ServiceState(s.name, s.title, running.state, running.pid, s.port, running.since, log)

    def stop(self) -> None:
        """Stop in the reverse order of the start, then whatever else carries our mark: rooms above all."""
        self.set_phase("stopping")
        rooms_done = False
        for running in reversed(self._running):
            if running.service.name == "postgres" and not rooms_done:
                self._end_the_rest()
                rooms_done = True
            if running.process and running.process.poll() is None:
                processes.end(
                    [psutil.Process(running.pid)], running.service.grace, running.service.stop_signal
                )
                running.process.wait(5)
            (self._settings.run_dir / f"{running.service.name}.pid").unlink(missing_ok=True)
            running.process = None
            self._set(running, "stopped")
        self._end_the_rest()
        (self._settings.run_dir / "state.json").unlink(missing_ok=True)

    def _end_the_rest(self) -> None:
        ours = {r.pid for r in self._running if r.pid}
        left = [
            p
            for p in {*processes.descendants(), *processes.belonging(self._settings.home)}
            if p.pid not in ours
        ]
        # The database's own children end with it.
        processes.end([p for p in left if p.name() != "postgres"], grace=8)
        processes.reap(ours)
