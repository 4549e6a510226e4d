"""The JSON API of the dashboards: what a viewer may read, with that viewer's own short-lived token."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hub.domain.grounds import Met
from hub.domain.rating import RATING_NAMES
from hub.journey import overview, read
from hub.portal.json import Json


class ReadCompetencies(Json):
    """/api/read/competencies: one's own, for the board 我的能力."""

    scope = "read"

    async def get(self) -> None:
        view = await self.do(read.competencies, self.f, self.me)
        self.json(
            {
                "name": self.me.name,
                "framework": {"id": view.map.framework.id, "name": view.map.framework.name},
                "nodes": [asdict(n) for n in view.nodes],
                "states": {t.node.code: t.state.value for t in view.map.tiles},
                "evidence": [
                    {"code": e.code, "points": e.points, "max_points": e.max_points, "assignment": e.assignment,
                     "recorded_at": e.recorded_at}
                    for e in view.evidence
                ],
                "hours": [
                    {"rule": p.rule.id, "name": p.rule.name, "needed": p.rule.hours, "years": p.span.years, "hours": p.hours,
                     "practice": p.practice, "practice_needed": p.rule.practice, "met": p.met, "sentence": p.sentence}
                    for p in view.hours
                ],
                "requirements": [
                    {"id": r.id, "name": r.name, "codes": view.certified.get(r.id, ()), "met": isinstance(answer, Met),
                     "rating": RATING_NAMES[answer.rating] if isinstance(answer, Met) else None,
                     "missing": () if isinstance(answer, Met) else answer.reasons}
                    for r, answer in view.rules
                ],
                "certificates": [
                    {"number": c.number, "requirement": c.requirement, "rating": c.rating, "issued_at": c.issued_at,
                     "valid_to": c.valid_to, "revoked": c.revoked_at is not None}
                    for c in view.certificates
                ],
                "read_at": view.read_at,
            }
        )  # fmt: skip


class ReadOverview(Json):
    """/api/read/overview?org=: one level of the city, for the board 全市概览."""

    scope = "read"

    async def get(self) -> None:
        view = await self.do(overview.overview, self.f, self.me, self.get_argument("org", None))
        self.json(
            {
                "organisation": {"code": view.organisation.code, "name": view.organisation.name},
                "trail": [{"code": o.code, "name": o.name} for o in view.trail],
                "rows": [
                    {"code": r.code, "name": r.name, "level": r.level, "kind": r.kind,
                     "has_children": r.has_children, **r.counts}
                    for r in view.rows
                ],
                "total": view.total,
                "read_at": view.read_at,
            }
        )  # fmt: skip


ROUTES: list[tuple[str, type[Any]]] = [
    ("/api/read/competencies", ReadCompetencies),
    ("/api/read/overview", ReadOverview),
]
