"""Dossiers with their ratings, and hours of earlier years, for those who ask for a certificate: made up, and they say so.

Nobody handed these in and nobody assessed them: their label and every comment say 演示.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from hub.demo import past
from hub.demo.city import City
from hub.demo.people import Invented
from hub.demo.releases import chance
from hub.domain.competency import Evidence
from hub.domain.dossier import Dossier, DossierState, Piece, PieceKind, Seat, SeatState
from hub.domain.hours import HoursEntry
from hub.domain.rating import Rating
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

MARK = "演示数据：没有经过真实考核。"
CODES = ("A1", "A13", "B1")  # what the course shows
OTHERS = ("A2", "A5", "B3")  # of the teacher whose account is handed out
_EXCELLENT = Decimal("0.85")


def assess(f: Fittings, work: Work, city: City, one: Invented, rated_at: datetime) -> list[str]:
    """Three rated dossiers and the hours that are asked for; the dossiers' ids."""
    best: dict[str, Evidence] = {}
    for piece in work.evidence.evidence(one.uid):
        if piece.code not in best or piece.ratio > best[piece.code].ratio:
            best[piece.code] = piece
    codes = CODES if all(code in best for code in CODES) else OTHERS
    _hours(f, work, one, rated_at)
    return [_dossier(work, city, one, code, best.get(code), rated_at) for code in codes]


def _hours(f: Fittings, work: Work, one: Invented, before: datetime) -> None:
    rules = tuple(dict.fromkeys(r.flag for r in f.rules.hour_rules()))
    work.hours.add_hours(
        HoursEntry(
            f"hrs-demo-{one.uid[4:]}", one.uid, None, "往年集中培训（演示）", Decimal(60), Decimal(30),
            beijing_day(before - timedelta(days=200)), rules,
        )
    )  # fmt: skip


def _dossier(
    work: Work, city: City, one: Invented, code: str, shown: Evidence | None, rated_at: datetime
) -> str:
    id = f"dos-demo-{one.uid[4:]}-{code.lower()}"
    begun = rated_at - timedelta(days=12)
    rating = Rating.EXCELLENT if shown is None or shown.ratio >= _EXCELLENT else Rating.PASS
    digest = hashlib.sha256(id.encode()).hexdigest()
    label = f"演示-{hashlib.sha256(id.encode()).hexdigest()[:6]}"
    work.dossiers.add_dossier(
        Dossier(
            id, one.uid, one.stays[0].school, "micro2019", code, 1, label, DossierState.RATED, 1, begun, begun, digest,
            rating, rated_at,
        )
    )  # fmt: skip
    if shown is not None:
        work.dossiers.add_piece(
            Piece(
                f"pce-{id[4:]}",
                id,
                "notebook",
                PieceKind.NOTEBOOK,
                "作业",
                digest,
                0,
                begun,
                shown.id,
                "",
                MARK,
            )
        )
    panel = _panel(city, one, code, rating)
    for number, assessor in enumerate(panel, 1):
        work.panels.add_seat(
            Seat(
                f"sea-{id[4:]}-{number}", id, 1, number, assessor.uid, SeatState.RATED, begun, beijing_day(rated_at), {},
                {"demo": MARK}, _said(rating, number, len(panel)), "", rated_at,
            )
        )  # fmt: skip
    return id


def _panel(city: City, one: Invented, code: str, rating: Rating) -> Sequence[Invented]:
    """Two assessors of other schools, or three where it was said that they disagreed."""
    near = {stay.school for stay in one.stays}
    free = [a for a in past.assessors(city) if near.isdisjoint(stay.school for stay in a.stays)]
    rng = chance("panel", one.uid, code)
    return rng.sample(free, 3 if rating is Rating.PASS and rng.random() < 0.2 and len(free) > 2 else 2)


def _said(rating: Rating, number: int, of: int) -> Rating:
    """What each of them said: where a third came, the second had said something else."""
    return Rating.EXCELLENT if number == 2 and of == 3 else rating
