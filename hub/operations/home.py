"""The data folder as operations see it: folders, the one supervisor's lock and state, rotated logs."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from hub.settings import Settings

KEPT_LOGS = 5


class AlreadyRunningError(RuntimeError):
    """Another supervisor holds this data folder."""


@dataclass(frozen=True)
class ServiceState:
    """What ``luojiao status`` shows of one service; ``since`` is a POSIX time."""

    name: str
    title: str
    state: str
    pid: int | None
    port: int | None
    since: float
    log: str


def make_folders(settings: Settings) -> None:
    """Make the folders; all are private but run/ and homes/, where others walk through to their part."""
    settings.home.mkdir(parents=True, exist_ok=True)
    for folder in (settings.secrets_dir, settings.logs_dir, settings.files_dir):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
    for folder in (settings.run_dir, settings.homes_dir):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711)


@contextmanager
def locked(settings: Settings) -> Iterator[None]:
    """Hold this data folder until the process ends, however it ends. Raises AlreadyRunningError."""
    descriptor = os.open(settings.run_dir / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunningError from None
        write_pid(settings.run_dir / "supervisor.pid", os.getpid())
        yield
        (settings.run_dir / "supervisor.pid").unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def supervisor_pid(settings: Settings) -> int | None:
    """The pid of the supervisor that holds this data folder, or None."""
    try:
        descriptor = os.open(settings.run_dir / "supervisor.lock", os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        try:
            return int((settings.run_dir / "supervisor.pid").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None  # it starts or ends this moment
    else:
        return None
    finally:
        os.close(descriptor)


def write_pid(path: Path, pid: int) -> None:
    """As a whole: nobody reads a file that is still empty."""
    aside = path.with_suffix(".new")
    aside.write_text(f"{pid}\n", encoding="ascii")
    aside.replace(path)


def write_state(settings: Settings, phase: str, message: str, services: list[ServiceState]) -> None:
    """Replace run/state.json as a whole. ``phase`` is starting, ready, failed or stopping."""
    path = settings.run_dir / "state.json"
    aside = path.with_suffix(".new")
    content = {
        "phase": phase,
        "message": message,
        "pid": os.getpid(),
        "services": [asdict(s) for s in services],
    }
    aside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    aside.replace(path)


def read_state(settings: Settings) -> tuple[str, str, list[ServiceState]]:
    """Phase, message and services of the running supervisor; a phase of "" when there is none to read."""
    try:
        content = json.loads((settings.run_dir / "state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "", "", []
    return content["phase"], content["message"], [ServiceState(**s) for s in content["services"]]


def open_log(settings: Settings, name: str) -> Path:
    """The log of one service, empty: the last five are kept as ``name.log.1`` to ``.5``."""
    log = settings.logs_dir / f"{name}.log"
    if log.exists() and log.stat().st_size:
        for number in range(KEPT_LOGS - 1, 0, -1):
            older = log.with_name(f"{log.name}.{number}")
            if older.exists():
                older.replace(log.with_name(f"{log.name}.{number + 1}"))
        log.replace(log.with_name(f"{log.name}.1"))
    log.touch(mode=0o600)
    return log


def last_line(log: Path) -> str:
    """The last line of a log that says something."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1].strip()[:300] if lines else ""
