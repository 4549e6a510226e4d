"""The pages that a credential refers to: the rule it was issued under, for anybody; a framework likewise."""

from __future__ import annotations

from typing import Any

from hub.journey.award import criteria
from hub.portal.base import PUBLIC, Page


class Rule(Page):
    """/rules/ID and /rules/ID/VERSION: what the bureau asks for a certificate; a version that nobody kept is said to be so."""

    scope = PUBLIC

    async def get(self, id: str, version: str = "") -> None:
        view = await self.do(criteria.rule, self.f, id, version)
        if view.lost:
            self.set_status(404)
        self.page("criteria_rule.html", view=view)


ROUTES: list[tuple[str, type[Any]]] = [
    ("/rules/([a-z0-9-]{1,64})", Rule),
    ("/rules/([a-z0-9-]{1,64})/([A-Za-z0-9.-]{1,32})", Rule),
]
