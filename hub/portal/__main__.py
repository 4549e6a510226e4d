"""Run the portal: ``python -m hub.portal``."""

from __future__ import annotations

import asyncio
import logging
import signal

from tornado.httpserver import HTTPServer
from tornado.log import enable_pretty_logging
from tornado.netutil import bind_unix_socket

from hub import faults
from hub import settings as all_settings
from hub.portal.app import application
from hub.spawning import doors
from hub.wiring import engine_for, fittings


async def serve() -> None:
    """Listen on this machine until asked to stop."""
    settings = all_settings.load()
    faults.arm(settings.home)
    engine = engine_for(settings)
    server = HTTPServer(
        application(fittings(settings, engine), settings),
        xheaders=True,
        max_body_size=settings.max_upload_bytes * 4,
    )
    server.listen(settings.port + 3, "127.0.0.1")
    server.add_socket(
        bind_unix_socket(str(doors.folder(settings.run_dir) / doors.PORTAL), 0o666)
    )  # where rooms knock
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
    server.stop()
    await server.close_all_connections()
    engine.dispose()


if __name__ == "__main__":
    logging.getLogger().setLevel(logging.INFO)
    enable_pretty_logging()
    asyncio.run(serve())
