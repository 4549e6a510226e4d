"""管: the roster of people, by sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.domain.roster import COLUMNS
from hub.domain.roster_plan import Report
from hub.journey import roster
from hub.portal.sheets import SheetPage, SheetTemplate
from hub.sources.roster_out import CHOICES


class Roster(SheetPage):
    """/roster"""

    scope = "all"
    verb = "roster.import"
    template = "roster.html"
    columns = COLUMNS

    async def check(self, org: str, rows: Sequence[Any]) -> Report:
        synthetic = self.portal.settings.allow_synthetic_id
        return await self.do(roster.check, self.f, self.me, org, rows, synthetic_ids=synthetic)

    async def carry_out(self, org: str, rows: Sequence[Any], digest: str) -> Report:
        synthetic = self.portal.settings.allow_synthetic_id
        return await self.do(
            roster.import_roster, self.f, self.me, org, rows, digest, synthetic_ids=synthetic
        )


class RosterTemplate(SheetTemplate):
    """/roster/template.csv and .xlsx"""

    scope = "all"
    verb = "roster.import"
    columns = COLUMNS
    title = "名册"
    choices = CHOICES


ROUTES: list[tuple[str, type[Any]]] = [
    ("/roster", Roster),
    ("/roster/template\\.(csv|xlsx)", RosterTemplate),
]
