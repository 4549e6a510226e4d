"""The worker: takes grading jobs from the queue, one process beside the portal; run by ``python -m hub.worker``."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import procrastinate
import psycopg
import psycopg_pool
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import Job
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from hub import faults
from hub import settings as all_settings
from hub.chores import PANEL_SECONDS, Chores
from hub.domain import lease as rules
from hub.domain.submission import State
from hub.environment import SettingError
from hub.journey import assess, lease, regrade
from hub.journey.ports import Fittings
from hub.settings import Settings
from hub.store.migrate import engine_url
from hub.store.queue import QUEUE
from hub.wiring import close_grader, engine_for, fittings
from zygote.errors import WallsMissing
from zygote.selftest import require_walls

_log = logging.getLogger("luojiao.worker")
# What the database's absence looks like, whichever layer notices.
_AWAY = (DBAPIError, NoConnectionError, psycopg.Error, psycopg_pool.PoolTimeout, ProcrastinateException)


class Later(procrastinate.BaseRetryStrategy):
    """A job goes back to the queue for as long as its try asked for; how often, the lease counts."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision:
        """The pause that the exception names; another exception is the database's, which is away."""
        pause = exception.pause if isinstance(exception, lease.GraderDownError) else rules.PAUSES[1]
        return procrastinate.RetryDecision(retry_in={"seconds": max(1, int(pause))})


class Worker:
    """One process: its settings and fittings, its threads, and what it does until it is asked to stop."""

    def __init__(self, settings: Settings, f: Fittings) -> None:
        self.settings = settings
        self.f = f
        name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.holder = lease.Holder(name, settings.lease_seconds)
        self.threads = ThreadPoolExecutor(settings.graders, thread_name_prefix="grader")
        self.stopping = asyncio.Event()
        self.chores = Chores(settings, f, self.stopping)
        self.doubt = asyncio.Event()  # a grading says that the walls do not stand

    async def serve(self) -> None:
        """Shift after shift until asked to stop; a database that is away is waited for.

        Raises WallsMissing where the walls no longer stand: nothing is graded without them.
        """
        alive = asyncio.create_task(self._show_life(self.settings.run_dir / "worker.alive"))
        try:
            while not self.stopping.is_set():
                try:
                    await self._shift()
                except _AWAY as away:
                    _log.warning("the database does not answer; trying again: %s", type(away).__name__)
                if self.doubt.is_set():
                    await asyncio.to_thread(require_walls)
                    self.doubt.clear()
                await self._pause(1)
        finally:
            alive.cancel()
            self.threads.shutdown(wait=False, cancel_futures=True)

    async def _shift(self) -> None:
        """Work until asked to stop, until the walls are in doubt or until the queue breaks off; jobs in hand end first."""
        await (
            self.chores.tend()
        )  # says at once where there is no database; opening the queue would wait for one
        app = queue_app(self)
        async with app.open_async():
            _log.info("ready as %s", self.holder.name)
            house = [
                asyncio.create_task(self._again_and_again(self.settings.lease_seconds / 5, self._beat)),
                asyncio.create_task(self._again_and_again(self.settings.lease_seconds / 3, self.chores.tend)),
                asyncio.create_task(self._again_and_again(1, self.chores.batches)),
                asyncio.create_task(self._again_and_again(PANEL_SECONDS, self.chores.fill_panels)),
                asyncio.create_task(self._again_and_again(1, self.chores.packages)),
            ]
            work = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=self.settings.graders,
                    install_signal_handlers=False,
                    update_heartbeat_interval=self.settings.lease_seconds / 3,
                    stalled_worker_timeout=self.settings.lease_seconds,
                    delete_jobs="successful",
                )
            )
            ends = [asyncio.create_task(event.wait()) for event in (self.stopping, self.doubt)]
            await asyncio.wait([work, *ends], return_when=asyncio.FIRST_COMPLETED)
            work.cancel()
            try:
                with contextlib.suppress(asyncio.CancelledError):
                    await work
            finally:
                for task in (*house, *ends):
                    task.cancel()

    async def grade(self, deed: Callable[[Fittings, str, lease.Holder], State], id: str) -> str:
        """Grade one submission or item in a thread. Raises where it is to be tried again."""
        try:
            run = asyncio.get_running_loop().run_in_executor
            state = await run(self.threads, deed, self.f, id, self.holder)
        except lease.GraderDownError as down:
            _log.warning("grading %s: %s", id, down.reason, exc_info=down.__cause__)
            if down.reason.startswith("walls."):
                self.doubt.set()
            raise
        if state in (
            State.QUEUED,
            State.GRADING,
        ):  # somebody else's by now: they end the job, or it comes again
            raise lease.GraderDownError("worker.fenced", self.settings.lease_seconds)
        return state.value

    async def _beat(self) -> None:
        await asyncio.to_thread(lease.beat, self.f, self.holder)

    async def _again_and_again(self, seconds: float, deed: Callable[[], Any]) -> None:
        while True:
            try:
                await deed()
            except _AWAY as away:
                _log.warning("the database does not answer; trying again: %s", type(away).__name__)
            except Exception:
                _log.exception("keeping house failed; trying again")
            await asyncio.sleep(seconds)

    async def _show_life(self, file: Path) -> None:
        while True:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
            await asyncio.sleep(3)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)


def queue_app(worker: Worker) -> procrastinate.App:
    """The queue with its two tasks, done by ``worker``."""
    settings = worker.settings
    url = make_url(engine_url(settings.database_url)).set(drivername="postgresql")
    connector = procrastinate.PsycopgConnector(
        conninfo=url.render_as_string(hide_password=False),
        min_size=1,
        max_size=settings.graders + 3,
        timeout=10,
    )
    app = procrastinate.App(connector=connector)

    @app.task(name=rules.TASK, queue=QUEUE, retry=Later())
    async def autograde(submission: str) -> str:
        return await worker.grade(assess.autograde, submission)

    @app.task(name=rules.REGRADE, queue=QUEUE, retry=Later())
    async def grade_again(item: str) -> str:
        return await worker.grade(regrade.grade, item)

    return app


async def serve() -> None:
    """Put the worker together and let it work until a signal asks it to stop."""
    settings = all_settings.load()
    faults.arm(settings.home)
    await asyncio.to_thread(require_walls)  # no grading by walls that hold nothing back
    engine = engine_for(settings)
    worker = Worker(settings, fittings(settings, engine))
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, worker.stopping.set)
    try:
        await worker.serve()
    finally:
        close_grader()
        engine.dispose()
    _log.info("stopped")


def main() -> int:
    """Work; 1 where the walls do not stand, 2 for settings that cannot be used, said in one sentence."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    try:
        asyncio.run(serve())
    except WallsMissing as missing:
        _log.error("%s %s", missing.code, missing.message)
        return 1
    except (SettingError, faults.FaultError) as wrong:
        _log.error("%s", wrong)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
