"""A school behind a thin line: a network namespace whose only way out is a shaped link, with a caching proxy inside if wanted."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hub.settings import CHECKOUT
from tests.bench.hubs import until

CITY, SCHOOL, NETWORK = "10.77.0.1", "10.77.0.2", "10.77.0.0/24"  # the two ends of the line
_NAME = "luojiao-school"
_LINK = ("lj-city", "lj-school")
_CACHE_PORT = 3128
_SQUID = """
http_port {port}
acl school src all
http_access allow school
# Forty ask for the same file before it is here: one of them fetches it.
collapsed_forwarding on
cache_mem 256 MB
maximum_object_size_in_memory 16 MB
memory_cache_mode always
access_log none
cache_log {folder}/cache.log
pid_filename {folder}/squid.pid
coredump_dir {folder}
pinger_enable off
shutdown_lifetime 1 second
"""


def missing() -> str:
    """What this machine lacks for such a line, "" for nothing."""
    if os.geteuid():
        return "needs root"
    lacking = [name for name in ("ip", "tc", "iptables") if shutil.which(name) is None]
    if lacking:
        return f"needs {' and '.join(lacking)} (Debian: iproute2, iptables)"
    try:
        with school(1.0, 9, []):
            return ""
    except (OSError, subprocess.CalledProcessError) as error:
        return f"needs namespaces and shaped links, which this machine refuses: {getattr(error, 'stderr', '') or error}".strip()


def has_cache() -> bool:
    """Whether there is a caching proxy to try."""
    return shutil.which("squid") is not None


class School:
    """One school: its line is counted by the kernel."""

    def __init__(self, mbit: float) -> None:
        self.mbit = mbit

    def moved(self) -> int:
        """Bytes that have come in over the line, all heads included."""
        told = _run("tc", "-s", "-j", "qdisc", "show", "dev", _LINK[0])
        return int(json.loads(told)[0]["bytes"])

    def fetch(self, learners: list[list[dict[str, Any]]], token: str, proxy: str | None) -> dict[str, Any]:
        """All of them at once, see ``tests.bench.classroom``; with the bytes of the line added."""
        before = self.moved()
        # The platform is this machine for itself, and the end of the line for the school.
        far = [
            [row | {"url": row["url"].replace("//127.0.0.1:", f"//{CITY}:")} for row in one]
            for one in learners
        ]
        task = json.dumps({"learners": far, "token": token, "proxy": proxy})
        argv = ["ip", "netns", "exec", _NAME, sys.executable, "-m", "tests.bench.classroom"]
        done = subprocess.run(argv, input=task, capture_output=True, text=True, cwd=CHECKOUT, check=True)
        told: dict[str, Any] = json.loads(done.stdout)
        return told | {"line_mb": round((self.moved() - before) / 1e6, 2)}

    @contextmanager
    def cache(self) -> Iterator[str]:
        """An empty squid in the school's own network; its address."""
        with tempfile.TemporaryDirectory(prefix="lj-squid-") as name:
            folder = Path(name)
            folder.chmod(0o777)
            config = folder / "squid.conf"
            config.write_text(_SQUID.format(port=_CACHE_PORT, folder=name), "utf-8")
            argv = ["ip", "netns", "exec", _NAME, "squid", "-N", "-f", str(config)]
            process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                until((folder / "squid.pid").exists, 20)
                yield f"http://127.0.0.1:{_CACHE_PORT}"
            finally:
                process.terminate()
                process.wait(30)


@contextmanager
def school(mbit: float, port: int, names: list[str]) -> Iterator[School]:
    """A school whose line ends at ``port`` of this machine; ``names`` are hosts there."""
    hosts = Path("/etc/netns") / _NAME / "hosts"
    # A second's worth of packets may wait, as in the plain queue of an office router.
    rate = ("tbf", "rate", f"{mbit}mbit", "burst", "32kb", "latency", "1000ms")
    _run("ip", "netns", "add", _NAME)
    try:
        hosts.parent.mkdir(parents=True, exist_ok=True)
        hosts.write_text(f"127.0.0.1 localhost\n{CITY} {' '.join(names)}\n", "ascii")
        _run("ip", "link", "add", _LINK[0], "type", "veth", "peer", "name", _LINK[1], "netns", _NAME)
        _run("ip", "addr", "add", f"{CITY}/24", "dev", _LINK[0])
        _run("ip", "link", "set", _LINK[0], "up")
        inside = ("ip", "netns", "exec", _NAME)
        _run(*inside, "ip", "addr", "add", f"{SCHOOL}/24", "dev", _LINK[1])
        _run(*inside, "ip", "link", "set", _LINK[1], "up")
        _run(*inside, "ip", "link", "set", "lo", "up")
        # Linux's own way of finding a line's speed, whatever this machine is set to.
        _run("ip", "route", "replace", NETWORK, "dev", _LINK[0], "src", CITY, "congctl", "cubic")
        _run("tc", "qdisc", "add", "dev", _LINK[0], "root", *rate)
        _run(*inside, "tc", "qdisc", "add", "dev", _LINK[1], "root", *rate)
        with _passed_on(port):
            yield School(mbit)
    finally:
        subprocess.run(["ip", "netns", "del", _NAME], check=False, capture_output=True)
        shutil.rmtree(hosts.parent, ignore_errors=True)


@contextmanager
def _passed_on(port: int) -> Iterator[None]:
    """The platform listens on this machine alone: the kernel sends it what comes to the city's end of the line."""
    rule = ("PREROUTING", "-i", _LINK[0], "-p", "tcp", "--dport", str(port), "-j", "DNAT", "--to-destination", f"127.0.0.1:{port}")  # fmt: skip
    Path(f"/proc/sys/net/ipv4/conf/{_LINK[0]}/route_localnet").write_text("1", "ascii")
    _run("iptables", "-t", "nat", "-A", *rule)
    try:
        yield
    finally:
        _run("iptables", "-t", "nat", "-D", *rule)


def _run(*argv: str) -> str:
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout
