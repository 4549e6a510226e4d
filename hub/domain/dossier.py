"""校本应用考核: what a teacher lays before assessors for one competency, who assesses it, and how it stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hub.domain.audit import canonical, moment
from hub.domain.rating import Rating

RECEIPT = "luojiao-dossier-receipt"
MAX_PIECES = 20
MAX_TOTAL = 200 * 2**20  # bytes of all files of a dossier


class DossierState(StrEnum):
    """Where a dossier stands; nothing in it changes once it is submitted."""

    DRAFT = "draft"
    SUBMITTED = "submitted"  # waits for assessors: not enough are free of conflict yet
    ASSESSING = "assessing"
    RATED = "rated"
    WITHDRAWN = "withdrawn"


DOSSIER_NAMES = {
    DossierState.DRAFT: "准备中",
    DossierState.SUBMITTED: "等待分派评审专家",
    DossierState.ASSESSING: "评审中",
    DossierState.RATED: "已评定",
    DossierState.WITHDRAWN: "已撤回",
}
# In these a dossier holds on to what it rests on: no grade under it may move.
HOLDING = frozenset({DossierState.SUBMITTED, DossierState.ASSESSING, DossierState.RATED})


class PieceKind(StrEnum):
    """What a piece of evidence is."""

    NOTEBOOK = "notebook"  # a graded notebook: names the Evidence of a settled grade
    FILE = "file"
    LINK = "link"
    VIDEO = "video"  # classroom video, by link


PIECE_NAMES = {
    PieceKind.NOTEBOOK: "已批阅的作业",
    PieceKind.FILE: "上传文件",
    PieceKind.LINK: "网页链接",
    PieceKind.VIDEO: "视频链接",
}


@dataclass(frozen=True)
class Wanted:
    """One piece that a competency asks for, with the criteria of 合格 and 优秀; all of a grade's must be met."""

    key: str
    name: str
    kinds: tuple[PieceKind, ...]
    guide: str
    passing: tuple[str, ...]
    excellent: tuple[str, ...]


@dataclass(frozen=True)
class Guide:
    """What a competency asks for as evidence (提交指南 and 评价标准); a change is a new version."""

    framework: str
    code: str
    version: int
    describes: str
    pieces: tuple[Wanted, ...]
    published_at: datetime


@dataclass(frozen=True)
class Piece:
    """One piece of evidence in a dossier; ``digest`` (SHA-256 hex) covers its content or its address."""

    id: str
    dossier: str
    key: str  # of the Wanted it answers
    kind: PieceKind
    name: str
    digest: str
    size: int
    added_at: datetime
    evidence: str | None = None  # of a graded notebook
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Dossier:
    """A teacher's evidence for one competency. ``label`` is all that assessors see of the person."""

    id: str
    person: str
    school: str  # at submission; at first where it was begun
    framework: str
    code: str
    guide: int
    label: str
    state: DossierState
    round: int  # 1, or 2 after an appeal
    begun_at: datetime
    submitted_at: datetime | None = None
    digest: str = ""  # over the pieces, set at submission
    rating: Rating | None = None
    rated_at: datetime | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Where it belongs: framework and code."""
        return self.framework, self.code


def missing(guide: Guide, pieces: Iterable[Piece], stale: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """What a dossier still lacks, a sentence each; nothing is 材料齐全, which says nothing of its quality.

    ``stale`` are the notebooks among the pieces whose grade no longer stands.
    """
    kept = tuple(pieces)
    there = {piece.key for piece in kept}
    lacking = [f"还缺 1 份{one.name}" for one in guide.pieces if one.key not in there]
    moved = [f"“{p.name}”的成绩已有变化，请移除后重新添加" for p in kept if p.id in stale]
    return tuple(lacking + moved)


def in_order(guide: Guide, pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The pieces as the guide asks for them; everybody counts them in this order."""
    order = {one.key: n for n, one in enumerate(guide.pieces)}
    return tuple(sorted(pieces, key=lambda p: (order.get(p.key, len(order)), p.added_at, p.id)))


def digest_of(dossier: Dossier, pieces: Sequence[Piece]) -> str:
    """SHA-256 over the canonical JSON of what is submitted."""
    listed = [
        {
            "id": p.id, "key": p.key, "kind": p.kind.value, "name": p.name, "sha256": p.digest, "size": p.size,
            "added_at": moment(p.added_at), "evidence": p.evidence, "url": p.url, "note": p.note,
        }
        for p in sorted(pieces, key=lambda p: p.id)
    ]  # fmt: skip
    about = {
        "dossier": dossier.id, "framework": dossier.framework, "code": dossier.code, "guide": dossier.guide, "pieces": listed,
    }  # fmt: skip
    return hashlib.sha256(canonical(about)).hexdigest()


def receipt_claims(dossier: Dossier, pieces: Sequence[Piece], login: str) -> dict[str, object]:
    """What the receipt of a submitted dossier states; it names the person by login, never by identity number."""
    return {
        "typ": RECEIPT,
        "dossier": dossier.id,
        "framework": dossier.framework,
        "code": dossier.code,
        "guide": dossier.guide,
        "label": dossier.label,
        "teacher": login,
        "submitted_at": dossier.submitted_at.isoformat() if dossier.submitted_at else "",
        "sha256": dossier.digest,
        "pieces": {p.id: p.digest for p in sorted(pieces, key=lambda p: p.id)},
    }


class SeatState(StrEnum):
    """How an assessor's place stands; one who gives it up or lets it lapse is followed by another."""

    OPEN = "open"
    RATED = "rated"
    RECUSED = "recused"
    LAPSED = "lapsed"


SEAT_NAMES = {
    SeatState.OPEN: "待评", SeatState.RATED: "已提交", SeatState.RECUSED: "已回避", SeatState.LAPSED: "已收回",
}  # fmt: skip


@dataclass(frozen=True)
class Seat:
    """An assessor's place in one round of a dossier, with what they found: piece id -> rating and comment."""

    id: str
    dossier: str
    round: int
    number: int  # 1 and 2; 3 where the first two disagree
    assessor: str
    state: SeatState
    assigned_at: datetime
    due_on: date
    levels: dict[str, str]
    comments: dict[str, str]
    rating: Rating | None = None
    reason: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Appeal:
    """A teacher's one appeal against a rating: the second round, by others, answers it."""

    dossier: str
    reason: str
    rating: Rating  # that it is against
    made_at: datetime
    due_on: date
