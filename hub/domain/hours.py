"""The hours ledger (学时): entries that are never edited, and when two of them are one training."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

PLATFORM = "洛教学堂"  # the provider of whatever was learnt here
SOURCES = {"run": "本平台班次", "import": "外部培训"}
LEVELS = ("国", "省", "市", "县", "校")
MODES = ("网络研修", "集中", "校本", "混合")
PUBLIC, PROFESSIONAL = "公需", "专业"
CATEGORIES = (PUBLIC, PROFESSIONAL)


@dataclass(frozen=True)
class HoursEntry:
    """Hours of one training; ``counts_for`` names the rules that may count it, ``earned_on`` is its last day.

    An entry with ``reverses`` takes back another one: the same with every amount negative, and ``title`` says why.
    """

    id: str
    person: str
    run: str | None
    title: str
    hours: Decimal
    practice: Decimal
    earned_on: date
    counts_for: tuple[str, ...]
    source: str = "run"
    started_on: date | None = None
    provider: str = ""
    project_no: str = ""
    doc_no: str = ""
    level: str = ""
    mode: str = ""
    category: str = PROFESSIONAL
    online: Decimal = Decimal(0)
    certificate_no: str = ""
    batch: str | None = None  # the import it came with
    reverses: str | None = None
    noted_by: str = ""
    noted_at: datetime | None = None
    key: str = ""

    @property
    def professional(self) -> Decimal:
        """Hours of 专业科目; entries from before there were categories are of our own courses."""
        return Decimal(0) if self.category == PUBLIC else self.hours

    @property
    def began(self) -> date:
        return self.started_on or self.earned_on


def plain(text: str) -> str:
    """``text`` as it is compared: no width, no case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def training_key(provider: str, project_no: str, title: str, began: date, ended: date) -> str:
    """What stands for one training of one person: its provider, its project (or title), its days."""
    parts = (plain(provider), plain(project_no) or plain(title), began.isoformat(), ended.isoformat())
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def next_key(base: str, entries: Iterable[HoursEntry]) -> str:
    """``base``, or with the number of those that had it and were taken back: what is right comes after what was wrong."""
    had = sum(1 for e in entries if e.key.partition("#")[0] == base and e.reverses is None)
    return f"{base}#{had}" if had else base


def same_training(one: HoursEntry, other: HoursEntry) -> bool:
    """Whether both are the same training: one provider, one project, days in common.

    Projects are compared by number where both have one, else by title. So a run of ours and the row of a sheet that
    reports it are one, though their days differ somewhat, and the second term of a project is another training.
    """
    if plain(one.provider or PLATFORM) != plain(other.provider or PLATFORM):
        return False
    if one.project_no and other.project_no:
        named = plain(one.project_no) == plain(other.project_no)
    else:
        named = plain(one.title) == plain(other.title)
    return named and one.began <= other.earned_on and other.began <= one.earned_on


def standing(entries: Iterable[HoursEntry]) -> tuple[HoursEntry, ...]:
    """The entries that count: neither taken back, nor taking back; by their last day."""
    kept = tuple(entries)
    gone = {e.reverses for e in kept if e.reverses}
    left = (e for e in kept if e.reverses is None and e.id not in gone)
    return tuple(sorted(left, key=lambda e: (e.earned_on, e.id)))


def as_of(entries: Iterable[HoursEntry], moment: datetime) -> tuple[HoursEntry, ...]:
    """The ledger as it was at ``moment``; what has no time was there before times were noted."""
    return tuple(e for e in entries if e.noted_at is None or e.noted_at <= moment)


def reversal(entry: HoursEntry, id: str, reason: str, by: str, at: datetime) -> HoursEntry:
    """The entry that takes ``entry`` back, so that plain sums over the ledger are right again."""
    return replace(
        entry, id=id, run=None, title=reason, hours=-entry.hours, practice=-entry.practice, online=-entry.online,
        batch=None, reverses=entry.id, noted_by=by, noted_at=at, key="",
    )  # fmt: skip
