"""What a worker does beside grading: it keeps the queue, the assessors' seats, batches, packages and the audit log going."""

from __future__ import annotations

import asyncio
import logging

from hub.domain.batch import BatchKind
from hub.domain.errors import Refusal
from hub.journey import audit_log, enter, sample, tend
from hub.journey.award import batches, package_build, panel
from hub.journey.ports import Fittings
from hub.settings import Settings

_log = logging.getLogger("luojiao.worker")
# What is done to each item of a batch, by the batch's kind.
DEEDS: dict[BatchKind, batches.Deed] = {BatchKind.ISSUE: batches.issue}
PANEL_SECONDS = 600  # how often seats that ran out are taken back and vacant ones filled


class Chores:
    """Each is called again and again, until the worker stops."""

    def __init__(self, settings: Settings, f: Fittings, stopping: asyncio.Event) -> None:
        self.settings, self.f, self.stopping = settings, f, stopping

    async def tend(self) -> None:
        await asyncio.to_thread(enter.sweep, self.f)
        helped = await asyncio.to_thread(tend.take_over, self.f, self.settings.lease_seconds)
        if helped:
            _log.warning("took over %s gradings that nobody was at any more", helped)
        at, size = self.settings.sample_at, self.settings.sample_size
        drawn = await asyncio.to_thread(sample.draw, self.f, at, size)
        if drawn:
            _log.info("drew %s past gradings to be done once more", drawn)
        await asyncio.to_thread(self._witness)

    def _witness(self) -> None:
        """Once a day the audit log is verified, and its checkpoint written for those who keep it elsewhere."""
        try:
            made = audit_log.keep(self.f)
        except Refusal as broken:
            _log.error("%s", broken)
            return
        if made:
            _log.info("checkpoint of the audit log: %s events", made.checkpoint.size)

    async def batches(self) -> None:
        """Chunk after chunk of what is open."""
        await asyncio.to_thread(batches.work_all, self.f, DEEDS, self.stopping.is_set)

    async def fill_panels(self) -> None:
        given = await asyncio.to_thread(panel.fill, self.f)
        if given:
            _log.info("gave %s seats to assessors", given)

    async def packages(self) -> None:
        """Step after step of the packages that are being built; between two of them others have their turn."""
        while not self.stopping.is_set() and (await asyncio.to_thread(package_build.work_on, self.f)) > 0:
            await asyncio.sleep(0)
