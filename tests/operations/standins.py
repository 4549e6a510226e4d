"""The command line with stand-ins for portal, boards and worker; database, proxy, Hub and rooms are the real ones.

Faults have names: LUOJIAO is started with ``STANDIN_FAULT`` as DyingPortal, MissingBoards or FailingStep.
``STANDIN_NOT_FOR`` names services that are to be the real ones, and with them the database's real tables.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from hub import cli
from hub.operations import services, up
from hub.settings import Settings

HUB_CONFIG = Path(__file__).with_name("hub_config.py")
REAL_SERVICES, REAL_STEPS = services.services, services.steps
REAL = [name for name in os.environ.get("STANDIN_NOT_FOR", "").split(",") if name]
ADMIN_TOKEN = "token-of-the-tests"


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = f"stand-in {self.server.server_port} {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def serve(port: int) -> None:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    ThreadingHTTPServer(("127.0.0.1", port), _Answer).serve_forever()


def beat(path: Path) -> None:
    while True:
        path.touch()
        time.sleep(1)


def _replaced(service: services.Service, settings: Settings) -> services.Service:
    fault = os.environ.get("STANDIN_FAULT", "")
    if (fault, service.name) in (("DyingPortal", "portal"), ("MissingBoards", "boards")):
        return replace(service, argv=[sys.executable, "-c", "raise SystemExit('no board of that name')"])
    if service.name in REAL:
        return service
    me = [sys.executable, __file__]
    if service.name in ("portal", "boards"):
        return replace(service, argv=[*me, "--serve", str(service.port)])
    if service.name == "worker":
        return replace(service, argv=[*me, "--beat", str(settings.run_dir / "worker.alive")])
    if service.name == "hub":
        env = service.env | {"TEST_ADMIN_TOKEN": ADMIN_TOKEN}
        return replace(service, argv=[*service.argv[:-1], str(HUB_CONFIG)], env=env)
    return service


def stand_in(settings: Settings, databases: services.Databases) -> list[services.Service]:
    found = [_replaced(service, settings) for service in REAL_SERVICES(settings, databases)]
    without = os.environ.get("STANDIN_WITHOUT", "").split(",")
    return [service for service in found if service.name not in without]


def steps(settings: Settings, databases: services.Databases) -> list[services.Step]:
    if REAL:
        return [step for step in REAL_STEPS(settings, databases) if step.name == "migrate"]
    code = (
        "import sys; sys.exit('列 name 不存在')"
        if os.environ.get("STANDIN_FAULT") == "FailingStep"
        else "pass"
    )
    return [services.Step("migrate", "数据表", [sys.executable, "-c", code], services.base_env(settings))]


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(int(sys.argv[2]))
    elif sys.argv[1] == "--beat":
        beat(Path(sys.argv[2]))
    else:
        services.services, services.steps = stand_in, steps
        up.FOREGROUND = [sys.executable, __file__, "up"]
        sys.exit(cli.main())
