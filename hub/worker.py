"""The worker: takes grading jobs from the queue, one process beside the portal; run by ``python -m hub.worker``."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from pathlib import Path

import procrastinate
from procrastinate.jobs import Job
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from hub import settings as all_settings
from hub.journey import assess, enter
from hub.journey.ports import Fittings
from hub.settings import Settings
from hub.store.migrate import engine_url
from hub.store.queue import AUTOGRADE
from hub.wiring import engine_for, fittings
from zygote.errors import WallsMissing
from zygote.selftest import require_walls

ATTEMPTS = 3
_SILENT_SECONDS = 60  # a worker that has not beaten its heart for so long is gone
_log = logging.getLogger("luojiao.worker")


def queue_app(settings: Settings, f: Fittings) -> procrastinate.App:
    """The queue with its one task over the given fittings."""
    url = make_url(engine_url(settings.database_url)).set(drivername="postgresql")
    connector = procrastinate.PsycopgConnector(
        conninfo=url.render_as_string(hide_password=False), min_size=1, max_size=settings.graders + 3
    )
    app = procrastinate.App(connector=connector)

    @app.task(
        name=AUTOGRADE,
        queue="grading",
        pass_context=True,
        retry=procrastinate.RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=3),
    )
    async def autograde(context: procrastinate.JobContext, submission: str) -> str:
        """Grade one submission; after the last attempt it is left for an operator, in a state that says so."""
        try:
            return (await asyncio.to_thread(assess.autograde, f, submission)).value
        except Exception:
            _log.exception("grading %s failed, attempt %s", submission, context.job.attempts + 1)
            if context.job.attempts + 1 >= ATTEMPTS:
                await asyncio.to_thread(assess.give_up, f, submission)
                return "failed"
            raise

    return app


async def reap(app: procrastinate.App) -> int:
    """Hand the jobs of workers that died to the living; how many."""
    stalled: list[Job] = list(
        await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT_SECONDS, queue="grading")
    )
    for job in stalled:
        await app.job_manager.retry_job(job)
    return len(stalled)


async def _keep_house(app: procrastinate.App, f: Fittings, alive: Path) -> None:
    """Show that we live, every few seconds; every half minute look after the jobs of the dead, and sweep."""
    last = 0.0
    while True:
        alive.parent.mkdir(parents=True, exist_ok=True)
        alive.touch()
        if time.monotonic() - last > _SILENT_SECONDS / 2:
            last = time.monotonic()
            try:
                await asyncio.to_thread(enter.sweep, f)
                found = await reap(app)
                if found:
                    _log.warning("took over %s jobs of a worker that is gone", found)
            except (procrastinate.exceptions.ConnectorException, DBAPIError):
                _log.warning("the database does not answer; trying again")
        await asyncio.sleep(3)


async def serve() -> None:
    """Work until asked to stop; a job in hand is finished first."""
    settings = all_settings.load()
    await asyncio.to_thread(require_walls)  # no grading by walls that hold nothing back
    engine = engine_for(settings)
    f = fittings(settings, engine)
    app = queue_app(settings, f)
    async with app.open_async():
        house = asyncio.create_task(_keep_house(app, f, settings.run_dir / "worker.alive"))
        work = asyncio.create_task(
            app.run_worker_async(
                queues=["grading"],
                concurrency=settings.graders,
                install_signal_handlers=False,
                update_heartbeat_interval=10,
                stalled_worker_timeout=_SILENT_SECONDS,
                delete_jobs="successful",
            )
        )
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, work.cancel)
        try:
            await work
        except asyncio.CancelledError:
            _log.info("stopped")
        house.cancel()
    engine.dispose()


def main() -> int:
    """Work; 1 where the walls do not stand, said in one sentence."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    try:
        asyncio.run(serve())
    except WallsMissing as missing:
        _log.error("%s %s", missing.code, missing.message)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
