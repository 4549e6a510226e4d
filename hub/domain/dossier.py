"""校本应用考核: what a teacher lays before assessors for one competency, who assesses it, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hub.domain.rating import Rating


class DossierState(StrEnum):
    """Where a dossier stands; nothing in it changes once it is submitted."""

    DRAFT = "draft"
    SUBMITTED = "submitted"  # waits for assessors: not enough are free of conflict yet
    ASSESSING = "assessing"
    RATED = "rated"
    WITHDRAWN = "withdrawn"


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


class SeatState(StrEnum):
    """How an assessor's place stands; one who gives it up or lets it lapse is followed by another."""

    OPEN = "open"
    RATED = "rated"
    RECUSED = "recused"
    LAPSED = "lapsed"


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
