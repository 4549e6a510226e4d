"""Runs behind the walls and tries to get out; each attempt says what it reached, nothing reached is an empty text."""

# Few and small imports: this starts before every walled program.
# ruff: noqa: PTH110, PTH118, PTH123, PTH208

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable

MS_REMOUNT_BIND = 32 | 4096
ALLOWED_ENV = {"PATH", "PWD", "LC_CTYPE", "SHLVL", "_"}


def network(port: str, abstract: str) -> str:
    """A port the host listens on at the loopback, and a socket without a file."""
    for family, address in ((socket.AF_INET, ("127.0.0.1", int(port))), (socket.AF_UNIX, "\0" + abstract)):
        with socket.socket(family, socket.SOCK_STREAM) as line:
            line.settimeout(2)
            try:
                line.connect(address)
            except OSError:
                continue
            return f"connected to {address!r}"
    return ""


def foreign_file(*paths: str) -> str:
    """Files of the host, by their own path and through the root of every process we can see."""
    for path in (*paths, "/etc/shadow", "/etc/hosts", "/etc/machine-id"):
        for root in ("", "/proc/1/root", f"/proc/{os.getppid()}/root", "/proc/self/root"):
            try:
                with open(root + path, "rb") as source:
                    return f"read {len(source.read())} bytes of {root}{path}"
            except OSError:
                continue
    return ""


def processes(host_pid: str) -> str:
    """Processes that are not ours, and a signal to the caller."""
    seen = [name for name in os.listdir("/proc") if name.isdigit()]
    if len(seen) > 3:
        return f"sees {len(seen)} processes"
    try:
        os.kill(int(host_pid), signal.SIGCONT)
    except OSError:
        return ""
    return f"signalled host process {host_pid}" if int(host_pid) > 3 else ""


def forks() -> str:
    """Two hundred processes at once."""
    children: list[int] = []
    try:
        for _ in range(200):
            child = os.fork()
            if child == 0:
                time.sleep(30)
                os._exit(0)
            children.append(child)
    except OSError:
        return ""
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return "forked 200 processes"


def disk() -> str:
    """Two hundred megabytes, and a hundred thousand small files."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    block, written = b"x" * 1_000_000, 0
    try:
        for number in range(10):
            with open(f"/room/big{number}", "wb", buffering=0) as out:
                for _ in range(20):
                    written += out.write(block)
    except OSError:
        written = 0
    if written >= 200_000_000:
        return "wrote 200 MB"
    try:
        for number in range(100_000):
            with open(f"/tmp/{number}", "wb"):  # noqa: S108 - that is the attempt
                pass
    except OSError:
        return ""
    return "made 100,000 files"


def system(*folders: str) -> str:
    """The system's folders, the interpreter's, the root, and the kernel's settings."""
    for place in (*folders, "/", "/usr", "/etc", "/dev"):
        path = os.path.join(place, "luojiao-probe")
        try:
            with open(path, "wb"):
                return f"wrote {path}"
        except OSError:
            continue
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/vm/drop_caches", "/proc/sysrq-trigger"):
        try:
            os.close(os.open(path, os.O_WRONLY))
        except OSError:
            continue
        return f"opened {path} for writing"
    return ""


def environment(*given: str) -> str:
    """Variables of the caller, and descriptors it forgot to close; `given` ones are meant to be there."""
    extra = set(os.environ) - ALLOWED_ENV
    if extra:
        return f"sees variables {sorted(extra)}"
    with os.scandir("/proc/self/fd") as entries:
        numbers = {int(entry.name) for entry in entries}
    left = [
        number
        for number in numbers
        if number > 2 and str(number) not in given and os.path.exists(f"/proc/self/fd/{number}")
    ]
    return f"holds descriptors {left}" if left else ""


def privileges() -> str:
    """Capabilities, mounting, remounting, a new user namespace."""
    with open("/proc/self/status", encoding="ascii") as lines:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in lines if ":\t" in line)
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        if int(status[name], 16) != 0:
            return f"{name} is {status[name]}"
    if status.get("NoNewPrivs") != "1":
        return "no_new_privs is off"
    libc = ctypes.CDLL(None, use_errno=True)
    attempts: dict[str, Callable[[], int]] = {
        "mounted a tmpfs": lambda: libc.mount(b"x", b"/tmp", b"tmpfs", 0, None),
        "remounted /usr": lambda: libc.mount(b"x", b"/usr", None, MS_REMOUNT_BIND, None),
        "unmounted /proc": lambda: libc.umount2(b"/proc", 2),
        "made a user namespace": lambda: libc.unshare(0x10000000),
        "changed the host name": lambda: libc.sethostname(b"probe", 5),
    }
    for what, attempt in attempts.items():
        if attempt() == 0:
            return what
    return ""


def identity(caller: str = "0") -> str:
    """The user id the kernel outside sees; a caller that is not root has no root to lend."""
    if caller != "0":
        return ""
    with open("/proc/self/uid_map", encoding="ascii") as lines:
        for line in lines:
            inside, outside, count = (int(word) for word in line.split())
            if inside <= os.getuid() < inside + count and outside + os.getuid() - inside != 0:
                return ""
    return "is root outside"


ATTEMPTS: dict[str, Callable[..., str]] = {
    "network": network,
    "foreign_file": foreign_file,
    "processes": processes,
    "forks": forks,
    "disk": disk,
    "system": system,
    "environment": environment,
    "privileges": privileges,
    "identity": identity,
}


def main() -> None:
    """argv[1] is JSON: attempt name to its arguments; the answer goes to stdout as JSON."""
    wanted: dict[str, list[str]] = json.loads(sys.argv[1])
    json.dump({name: ATTEMPTS[name](*arguments) for name, arguments in wanted.items()}, sys.stdout)


if __name__ == "__main__":
    main()
