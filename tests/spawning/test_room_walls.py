"""What code in a notebook tries against its neighbours, the machine and the platform: all of it fails, each with its counterpart."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from running import Platform, until
from talking import Kernel

LEARNER, OTHER = "t60000001", "t60000002"
MB = 1_000_000


@pytest.fixture(scope="module")
def rooms(platform: Platform) -> dict[str, dict[str, Any]]:
    return {login: platform.open_room(login) for login in (LEARNER, OTHER)}


@pytest.fixture(scope="module")
def kernel(platform: Platform, rooms: Any) -> Iterator[Kernel]:
    made = Kernel(platform, LEARNER)
    yield made
    made.end()


@pytest.fixture(scope="module")
def neighbour(platform: Platform, rooms: Any) -> Iterator[Kernel]:
    made = Kernel(platform, OTHER)
    made.prints("secret = 'of the neighbour'")
    yield made
    made.end()


def family(room: dict[str, Any]) -> list[psutil.Process]:
    first = psutil.Process(room["state"]["room"]["pid"])
    return [first, *first.children(recursive=True)]


def told(kernel: Kernel, code: str) -> Any:
    """What the code prints, as data."""
    return json.loads(kernel.prints(code))


def test_a_room_sees_its_own_processes_and_can_signal_no_other(
    kernel: Kernel, neighbour: Kernel, rooms: Any
) -> None:
    found = told(
        kernel,
        """
import json, os
def reached(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
shown = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
print(json.dumps({"shown": shown, "reached": [pid for pid in range(1, 70000) if reached(pid)]}))
""",
    )
    assert len(found["shown"]) == len(family(rooms[LEARNER]))
    threads = {thread.id for one in family(rooms[LEARNER]) for thread in one.threads()}
    assert len(found["reached"]) <= len(threads)  # a thread's number answers to kill as well
    assert neighbour.prints("print(secret)") == "of the neighbour"


def test_no_server_of_the_machine_or_of_a_neighbour_can_be_reached(
    platform: Platform, kernel: Kernel, rooms: Any
) -> None:
    listening = {one.laddr.port for one in psutil.net_connections("tcp") if one.status == psutil.CONN_LISTEN}
    settings = platform.settings
    doors = {settings.port + 2, settings.port + 3}
    assert {platform.port, *doors} <= listening
    with socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind("\0luojiao-canary")
        abstract.listen()
        found = told(
            kernel,
            f"""
import json, socket
def reaches(family, address):
    with socket.socket(family) as line:
        line.settimeout(1)
        return line.connect_ex(address) == 0
outside = {socket.gethostbyname(socket.gethostname())!r}
print(json.dumps({{
    "ports": [port for port in {sorted(listening)!r} if reaches(socket.AF_INET, ("127.0.0.1", port))],
    "outside": [port for port in {sorted(listening)!r} if reaches(socket.AF_INET, (outside, port)) and not outside.startswith("127.")],
    "abstract": reaches(socket.AF_UNIX, chr(0) + "luojiao-canary"),
    "net": [line.split()[-1] for line in open("/proc/net/unix") if "/" in line or "@" in line],
    "interfaces": [name for _, name in socket.if_nameindex()],
}}))
""",
        )
    assert set(found["ports"]) <= doors  # the two that a room may call: the Hub and the portal
    assert found["outside"] == [] and found["abstract"] is False
    assert found["interfaces"] == ["lo"]
    assert not [name for name in found["net"] if "canary" in name]


def test_the_doors_ask_who_calls(platform: Platform, kernel: Kernel) -> None:
    """A room may call the Hub, but not as somebody else and not for what is not its own."""
    found = told(
        kernel,
        f"""
import json, os, urllib.error, urllib.request
hub, token = os.environ["JUPYTERHUB_API_URL"], os.environ["JUPYTERHUB_API_TOKEN"]
def asked(path, method="GET", key=token):
    ask = urllib.request.Request(hub + path, method=method, headers={{"Authorization": "token " + key}})
    try:
        return urllib.request.urlopen(ask).status
    except urllib.error.HTTPError as error:
        return error.code
print(json.dumps([asked("/user"), asked("/users"), asked("/users/{OTHER}"), asked("/users/{OTHER}/server", "DELETE"),
    asked("/users/{OTHER}/tokens", "POST"), asked("/proxy"), asked("/shutdown", "POST"), asked("/user", key="x")]))
""",
    )
    assert found[0] == 200
    assert all(code in (403, 404) for code in found[1:]), found
    assert platform.ready_room(OTHER)


def test_nothing_that_a_kernel_was_born_with_leads_outside(kernel: Kernel) -> None:
    found = told(
        kernel,
        "import json, os\nprint(json.dumps([os.readlink(f'/proc/self/fd/{fd}') for fd in os.listdir('/proc/self/fd') if os.path.lexists(f'/proc/self/fd/{fd}')]))",
    )
    own = ("/dev/null", "pipe:", "socket:", "anon_inode:", "/proc/", "/tmp/", "/home/learner/")  # noqa: S108
    assert [link for link in found if not link.startswith(own) and not link.endswith(f"rooms/{LEARNER}.log")] == []  # fmt: skip


def test_the_log_of_a_room_has_an_end(platform: Platform, kernel: Kernel) -> None:
    """It lies outside of the home, and a kernel holds it open: it was a way past the disk's bound."""
    log = platform.settings.logs_dir / "rooms" / f"{LEARNER}.log"
    written = kernel.prints(
        """
import os
total = 0
for fd in os.listdir("/proc/self/fd"):
    try:
        if os.readlink(f"/proc/self/fd/{fd}").endswith(".log"):
            total += sum(os.write(int(fd), bytes(10**6)) for _ in range(64))
    except OSError:
        pass
print(total)
"""
    )
    assert int(written) >= 64 * MB
    until(lambda: log.stat().st_size < 10 * MB, 10)


def test_rights_cannot_be_won_back(kernel: Kernel) -> None:
    found = told(
        kernel,
        """
import ctypes, json, os
libc = ctypes.CDLL(None, use_errno=True)
def refused(act):
    try:
        result = act()
    except (OSError, ValueError) as error:
        return True
    return isinstance(result, int) and result < 0
new_user, new_mounts, attach = 0x10000000, 0x00020000, 16
others = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
buffer = ctypes.create_string_buffer(8)
tried = {
    "root": refused(lambda: os.setuid(0)),
    "groups": refused(lambda: os.setgroups([0])),
    "user namespace": refused(lambda: libc.unshare(new_user)),
    "mounts": refused(lambda: libc.unshare(new_mounts)),
    "mount": refused(lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)),
    "device": refused(lambda: os.mknod("/tmp/disk", 0o60600, os.makedev(8, 0))),
    "host name": refused(lambda: open("/proc/sys/kernel/hostname", "w").write("x")),
    "chroot": refused(lambda: os.chroot("/tmp")),
    "trace": all(refused(lambda: libc.ptrace(attach, pid, 0, 0)) for pid in others),
    "memory of the first": refused(lambda: open("/proc/1/mem", "rb").read(1)),
    "environment of the first": refused(lambda: open("/proc/1/environ", "rb").read()),
    "files of the first": refused(lambda: os.listdir("/proc/1/root")),
    "system": refused(lambda: open("/usr/canary", "w")),
    "code": refused(lambda: open("/luojiao/code/hub/canary", "w")),
    "log of the machine": refused(lambda: libc.klogctl(2, buffer, 8)),
}
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
print(json.dumps([tried, {name: status[name].strip() for name in ("NoNewPrivs", "CapEff", "CapBnd", "Seccomp")}]))
""",
    )
    assert [name for name, refused in found[0].items() if not refused] == []
    assert found[1] == {"NoNewPrivs": "1", "CapEff": "0" * 16, "CapBnd": "0" * 16, "Seccomp": "2"}


def test_scratch_space_has_an_end_in_bytes_and_in_files(kernel: Kernel) -> None:
    found = told(
        kernel,
        """
import json, os
def fill(folder):
    written = 0
    try:
        with open(f"{folder}/large", "wb", buffering=0) as file:
            while written < 2 * 10**9:
                written += file.write(bytes(10**6))
    except OSError:
        pass
    os.unlink(f"{folder}/large")
    return written
made = 0
try:
    while made < 200_000:
        open(f"/tmp/{made}", "w").close(); made += 1
except OSError:
    pass
for n in range(made):
    os.unlink(f"/tmp/{n}")
print(json.dumps([fill("/tmp"), fill("/dev/shm"), made]))
""",
    )
    assert 200 * MB < found[0] < 300 * MB
    assert 100 * MB < found[1] < 150 * MB
    assert 60_000 < found[2] < 70_000


def test_nothing_outlives_its_room_and_the_next_one_finds_a_clean_desk(
    platform: Platform, kernel: Kernel, rooms: Any
) -> None:
    """The last but one: it ends the learner's room."""
    kernel.prints(
        """
import os, signal, time
open("/tmp/left", "w").close(), open("/dev/shm/left", "w").close(), open("kept.txt", "w").write("work")
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        while True:
            open("beat", "w").write(str(time.time())); time.sleep(0.05)
    os._exit(0)
"""
    )
    beat = platform.settings.homes_dir / LEARNER / "beat"
    until(beat.exists, 10)
    everybody = family(rooms[LEARNER])
    assert platform.api("DELETE", f"/users/{LEARNER}/server").status_code in (202, 204)
    until(lambda: not [p for p in everybody if p.is_running() and p.status() != psutil.STATUS_ZOMBIE], 20)
    last = beat.read_bytes()
    time.sleep(0.5)
    assert beat.read_bytes() == last
    rooms[LEARNER] = platform.open_room(LEARNER)
    again = Kernel(platform, LEARNER)
    print_left = "import os; print(os.path.exists('/tmp/left'), os.path.exists('/dev/shm/left'), open('kept.txt').read())"
    assert again.prints(print_left) == "False False work"


def test_who_ends_everything_he_can_reach_ends_his_own_room_alone(
    platform: Platform, neighbour: Kernel, rooms: Any
) -> None:
    own = Kernel(platform, LEARNER)
    own.ask("import os; os.kill(-1, 9)")
    until(lambda: not platform.ready_room(LEARNER), 60)
    assert neighbour.prints("print(secret)") == "of the neighbour"
    assert platform.well()
    platform.open_room(LEARNER)
    assert Kernel(platform, LEARNER).prints("print(1)") == "1"
