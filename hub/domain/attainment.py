"""Where somebody stands on one competency: a tile of 我的能力, and in a sentence what is still missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from hub.domain.dossier import Dossier, DossierState, Guide, PieceKind
from hub.domain.rating import RATING_NAMES, Rating

_OPEN = (DossierState.SUBMITTED, DossierState.ASSESSING)


class TileState(StrEnum):
    """What a tile shows."""

    NONE = "none"
    EVIDENCE = "evidence"
    ASSESSING = "assessing"
    PASS = "pass"  # noqa: S105
    EXCELLENT = "excellent"


# sign, word and the tag's tone; never colour alone
TILE_NAMES = {
    TileState.NONE: ("○", "暂无", ""),
    TileState.EVIDENCE: ("◐", "有材料", "warn"),
    TileState.ASSESSING: ("…", "评审中", "warn"),
    TileState.PASS: ("✓", "合格", "good"),
    TileState.EXCELLENT: ("★", "优秀", "good"),
}


@dataclass(frozen=True)
class Carried:
    """A rating under another framework that corresponds to this competency; shown as such, and nothing more."""

    framework: str
    framework_name: str
    code: str
    rating: Rating
    strength: int


def best(dossiers: Iterable[Dossier]) -> Rating | None:
    """The best rating that stands; a dossier whose appeal is open does not count until it is rated again."""
    rated = [d.rating for d in dossiers if d.state is DossierState.RATED and d.rating is not None]
    return max(rated, key=lambda rating: rating.rank) if rated else None


def tile(dossiers: Collection[Dossier], *, evidence: bool) -> TileState:
    """What the dossiers and graded notebooks of one competency make of its tile."""
    rating = best(dossiers)
    if rating in (Rating.PASS, Rating.EXCELLENT):
        return TileState(rating.value)
    if any(d.state in _OPEN for d in dossiers):
        return TileState.ASSESSING
    begun = any(d.state in (DossierState.DRAFT, DossierState.RATED) for d in dossiers)
    return TileState.EVIDENCE if evidence or begun else TileState.NONE


def missing(guide: Guide | None, laid: Collection[str], notebooks: int) -> str:
    """What is still to be laid before the assessors: ``laid`` are the keys of the pieces that are there."""
    if guide is None or not guide.pieces:
        return "这项能力还没有公布提交指南，公布之后才能申报。"
    owed = [p for p in guide.pieces if p.key not in laid]
    if not owed:
        return "材料齐全，可以提交评审。材料齐全不等于合格，是否合格由评审专家判定。"
    said = "还缺 " + "、".join(f"1 份{p.name}" for p in owed) + "。"
    ready = [p for p in owed if PieceKind.NOTEBOOK in p.kinds]
    if ready and notebooks:
        said += f"您已有 {notebooks} 份批阅过的作业，可以直接用作“{ready[0].name}”。"
    return said


def told(rating: Rating) -> str:
    """A rating as the page says it."""
    return RATING_NAMES[rating]
