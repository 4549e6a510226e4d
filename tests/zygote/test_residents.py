"""Residents: forks with a folder, a name and doors of their own, that live on when the template and the caller end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from zygote import residents as module
from zygote.residents import Resident, ResidentTemplate
from zygote.spec import MB, Limits, Residence, TemplateSpec, Tmpfs

REPOSITORY = Path(module.__file__).resolve().parent.parent
TASK = REPOSITORY / "tests/zygote/warm_task.py"
ROOT = os.geteuid() == 0
LIMITS = Limits(wall_seconds=None, cpu_seconds=None, memory_bytes=300 * MB, address_bytes=None, processes=64)
UIDS = (64901, 64902)


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two homes, a folder of doors, and something that is nobody's business."""
    place = tmp_path_factory.mktemp("outside")
    for at, name in enumerate(("anna", "bert")):
        home = place / "homes" / name
        home.mkdir(parents=True)
        home.chmod(0o700)
        if ROOT:
            os.chown(home, UIDS[at], UIDS[at])
    (place / "doors").mkdir()
    (place / "secret").write_text("canary")
    return place


def spec_of(outside: Path) -> TemplateSpec:
    return TemplateSpec(
        name="rooms",
        module="warm_task",
        path=("/code",),
        read_only=((str(TASK), "/code/warm_task.py"), (str(outside / "doors"), "/luojiao/doors")),
        tmpfs=(Tmpfs("/tmp"), Tmpfs("/dev/shm"), Tmpfs("/room"), Tmpfs("/home", MB, 64)),  # noqa: S108 - inside
        residents=True,
        stores=((str(outside / "homes"), "/luojiao/homes"),),
    )


@pytest.fixture(scope="module")
def rooms(outside: Path) -> Iterator[ResidentTemplate]:
    made = ResidentTemplate.start(spec_of(outside))
    yield made
    made.close()


def residence(name: str = "anna", **changes: Any) -> Residence:
    uid = UIDS[("anna", "bert").index(name)] if ROOT else 65534
    own = ((f"/luojiao/homes/{name}", f"/home/{name}"),)
    return replace(Residence(account=name, home=f"/home/{name}", own=own, uid=uid, gid=uid), **changes)


class Lodger:
    """A resident that runs Python it is sent, line by line, and answers in JSON."""

    LOOP = (
        "import json, os, traceback\n"
        "names = {'fds': fds, 'os': os}\n"
        "with os.fdopen(fds[1]) as orders:\n"
        "    for line in orders:\n"
        "        try:\n"
        "            exec(json.loads(line), names)\n"
        "            say(names.pop('answer', None))\n"
        "        except BaseException as error:\n"
        "            say(f'{type(error).__name__}: {error}')\n"
    )

    def __init__(self, template: ResidentTemplate, place: Residence, limits: Limits = LIMITS) -> None:
        out, theirs_out = os.pipe()
        theirs_in, into = os.pipe()
        self.resident = template.settle(self.LOOP.encode(), (theirs_out, theirs_in), limits, place)
        os.close(theirs_out)
        os.close(theirs_in)
        self._out, self._into = os.fdopen(out), os.fdopen(into, "w", buffering=1)

    def __call__(self, code: str) -> Any:
        self._into.write(json.dumps(code) + "\n")
        return json.loads(self._out.readline())

    def end(self) -> None:
        self.resident.end()
        gone(self.resident)
        self._out.close()
        self._into.close()


def gone(resident: Resident) -> None:
    deadline = time.monotonic() + 10
    while resident.alive:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    resident.clear()


@pytest.fixture
def lodge(rooms: ResidentTemplate) -> Iterator[Callable[..., Lodger]]:
    made: list[Lodger] = []

    def begin(name: str = "anna", limits: Limits = LIMITS, **changes: Any) -> Lodger:
        made.append(Lodger(rooms, residence(name, **changes), limits))
        return made[-1]

    yield begin
    for one in made:
        one.end()


def test_what_it_writes_at_home_stays_and_belongs_to_it(lodge: Callable[..., Lodger], outside: Path) -> None:
    anna = lodge()
    assert anna("answer = [os.getcwd(), open('note', 'w').write('hello')]") == ["/home/anna", 5]
    note = outside / "homes/anna/note"
    assert note.read_text() == "hello" and note.stat().st_uid == (UIDS[0] if ROOT else os.geteuid())
    assert note.stat().st_mode & 0o077 == 0


def test_it_has_a_name_and_sees_nobody_else(lodge: Callable[..., Lodger], outside: Path) -> None:
    anna, bert = lodge(), lodge("bert")
    assert bert("import pwd; answer = pwd.getpwuid(os.getuid())[0]") == "bert"
    # Where Python itself lies below /home, there is the way to it and nothing beside it.
    python = Path(sys.prefix)
    beside = {python.parts[2]} if python.parts[1] == "home" else set()
    assert set(anna("answer = os.listdir('/home')")) == {"anna"} | beside
    for folder in [one for one in python.parents if beside and len(one.parts) > 2]:
        assert len(anna(f"answer = os.listdir({str(folder)!r})")) == 1
    assert anna("answer = os.listdir('/luojiao/homes')") == []
    assert "FileNotFoundError" in anna(f"answer = open({str(outside / 'secret')!r}).read()")
    assert anna("answer = sorted(int(p) for p in os.listdir('/proc') if p.isdigit())") == [1, 2]


def test_nothing_that_one_opens_can_be_reached_by_another(lodge: Callable[..., Lodger]) -> None:
    anna, bert = lodge(), lodge("bert")
    port = anna("import socket; s = socket.create_server(('127.0.0.1', 0)); answer = s.getsockname()[1]")
    anna("a = socket.socket(socket.AF_UNIX); a.bind('\\0anna'); a.listen()")
    assert "ConnectionRefused" in bert(f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)")
    assert "ConnectionRefused" in bert("socket.socket(socket.AF_UNIX).connect('\\0anna')")
    assert "OSError" in bert("socket.create_connection(('192.0.2.1', 80), 2)")


def test_its_doors_lead_where_they_should_and_nowhere_else(
    lodge: Callable[..., Lodger], outside: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as shop:
        shop.bind(str(outside / "doors/shop"))
        (outside / "doors/shop").chmod(0o666)
        shop.listen()

        def trade() -> None:
            for _ in range(2):
                line, _ = shop.accept()
                with line:
                    heard = b""
                    while piece := line.recv(65536):
                        heard += piece
                    line.sendall(heard[::-1])

        threading.Thread(target=trade, daemon=True).start()
        anna = lodge(doors=((4567, "/luojiao/doors/shop"),))
        ask = (
            "import socket\n"
            "def talk(said):\n"
            "    with socket.create_connection(('127.0.0.1', 4567), 10) as s:\n"
            "        import threading\n"
            "        t = threading.Thread(target=lambda: (s.sendall(said), s.shutdown(socket.SHUT_WR)))\n"
            "        t.start()\n"
            "        got = b''\n"
            "        while piece := s.recv(65536):\n"
            "            got += piece\n"
            "        return got\n"
        )
        anna(ask)
        assert anna("answer = talk(b'abc').decode()") == "cba"
        assert anna("big = os.urandom(5_000_000); answer = talk(big) == big[::-1]") is True
    (outside / "doors/shop").unlink()
    # Nobody at home: the line is closed, before or after it took what was said; the door stays.
    nobody = anna("answer = talk(b'abc').decode()")
    assert nobody == "" or "ConnectionResetError" in nobody
    before = psutil.Process(anna.resident.pid).cpu_times()
    time.sleep(1)
    after = psutil.Process(anna.resident.pid).cpu_times()
    assert sum(after[:2]) - sum(before[:2]) < 0.2


def test_it_lives_on_without_its_template_and_without_its_caller(outside: Path) -> None:
    code = (
        "import os, sys, json; sys.path[:0] = json.loads(sys.argv[1])\n"
        "from tests.zygote import test_residents as t\n"
        "from pathlib import Path\n"
        "rooms = t.ResidentTemplate.start(t.spec_of(Path(sys.argv[2])))\n"
        "one = rooms.settle(b'import time; time.sleep(60)', (), t.LIMITS, t.residence())\n"
        "print(json.dumps([one.pid, one.born, one.folders]), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    argv = [sys.executable, "-c", code, json.dumps([str(REPOSITORY)]), str(outside)]
    done = subprocess.run(argv, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr
    pid, born, folders = json.loads(done.stdout)
    one = Resident(pid, born, tuple(folders))
    time.sleep(0.5)
    assert one.alive
    anchor = psutil.Process(pid)
    while "rooms" not in anchor.name() or anchor.pid == pid:
        anchor = anchor.parent() or pytest.fail("no anchor")
    one.end()
    gone(one)
    assert anchor.wait(5) is None or not anchor.is_running()


def test_a_killed_template_leaves_its_residents_and_says_that_it_is_gone(outside: Path) -> None:
    rooms = ResidentTemplate.start(spec_of(outside))
    one = Lodger(rooms, residence())
    assert one("x = 41") is None
    template = psutil.Process(one.resident.pid).parent()
    assert template is not None
    template.kill()
    deadline = time.monotonic() + 5
    while rooms.alive:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert one("answer = x + 1") == 42
    with pytest.raises(module.TemplateBroken):
        rooms.settle(b"", (), LIMITS, residence("bert"))
    one.end()
    rooms.close()


def test_asked_to_end_it_ends_and_everything_in_it(lodge: Callable[..., Lodger]) -> None:
    anna = lodge()
    anna("import subprocess, signal; signal.signal(signal.SIGTERM, lambda *_: os._exit(0))")
    anna("p = subprocess.Popen(['sleep', '77'], start_new_session=True)")
    family = psutil.Process(anna.resident.pid).children(recursive=True)
    assert len(family) == 2
    anna.resident.ask_to_end()
    gone(anna.resident)
    _, alive = psutil.wait_procs(family, 5)
    assert not alive


def test_more_memory_than_it_may_costs_the_process_that_took_it(lodge: Callable[..., Lodger]) -> None:
    anna = lodge()
    took = anna(
        "import subprocess, sys, struct\n"
        "p = subprocess.run([sys.executable, '-c', 'x = bytearray(10**9); print(len(x))'], capture_output=True)\n"
        "import time; time.sleep(1.5)\n"
        "answer = [p.returncode, struct.unpack('=QQ', os.pread(fds[-1], 16, 0))]"
    )
    assert took[0] == -9 and took[1][0] >= 1 and took[1][1] == 0
    assert anna("answer = 1") == 1


def test_more_on_the_disk_than_it_may_costs_what_it_computes(
    lodge: Callable[..., Lodger], outside: Path
) -> None:
    anna = lodge(disk_bytes=20 * MB)
    took = anna(
        "import subprocess, sys, struct, time\n"
        'code = \'import time\\nfor n in range(100):\\n    open(f"f{n}", "wb").write(bytes(10**6)); time.sleep(0.1)\'\n'
        "p = subprocess.run([sys.executable, '-c', code])\n"
        "answer = [p.returncode, struct.unpack('=QQ', os.pread(fds[-1], 16, 0))]"
    )
    assert took[0] == -9 and took[1][1] >= 1
    used = sum(path.stat().st_size for path in (outside / "homes/anna").iterdir())
    assert used < 60 * MB
    anna("import glob; [os.unlink(p) for p in glob.glob('f*')]; time.sleep(2.5)")
    assert anna("answer = subprocess.run(['true']).returncode") == 0
    assert anna("p = subprocess.Popen(['sleep', '2']); answer = p.wait()") == 0


def test_it_may_not_look_into_its_first_process(lodge: Callable[..., Lodger]) -> None:
    anna = lodge()
    assert "PermissionError" in anna("answer = open('/proc/1/mem', 'rb').read(1)")
    assert "Error" in anna(
        "os.kill(1, 9); import time; time.sleep(0.2); answer = open('/proc/1/environ').read()"
    )


def test_forty_settle_at_once_within_seconds(rooms: ResidentTemplate) -> None:
    made: list[Resident] = []
    threads = [
        threading.Thread(
            target=lambda: made.append(rooms.settle(b"import time; time.sleep(60)", (), LIMITS, residence()))
        )
        for _ in range(40)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert len({one.pid for one in made}) == 40 and all(one.alive for one in made)
    for resident in made:
        resident.end()
    for resident in made:
        gone(resident)
