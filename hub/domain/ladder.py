"""The ladders of titles (职称系列): which titles a series has, how high each is, and what people call them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

STAGES = ("小学", "初中", "高中", "职校")  # 任教学科 begins with one of these


@dataclass(frozen=True)
class Title:
    """One rung: its name in the pick list, its rank (正高级 … 员级), and other names for it."""

    id: str
    name: str
    rank: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Series:
    """One ladder, the highest title first, and the stages (学段) that its teachers teach in."""

    id: str
    name: str
    also: tuple[str, ...]
    stages: tuple[str, ...]
    titles: tuple[Title, ...]

    def title(self, text: str) -> Title | None:
        """The title that somebody means, by whatever name."""
        return next((one for one in self.titles if plain(text) in map(plain, (one.name, *one.also))), None)


@dataclass(frozen=True)
class Provider:
    """Who the platform's own trainings are declared for; what is not known is 无."""

    name: str
    uscc: str
    level: str
    mode: str
    category: str


@dataclass(frozen=True)
class Ladders:
    """Every series that is certified for, and the provider."""

    series: tuple[Series, ...]
    provider: Provider

    def named(self, text: str) -> Series | None:
        """The series that somebody means, by its name, another name or its identifier."""
        wanted = plain(text)
        return next((s for s in self.series if wanted in map(plain, (s.id, s.name, *s.also))), None)

    def get(self, id: str) -> Series | None:
        """The series of an identifier."""
        return next((s for s in self.series if s.id == id), None)

    def holding(self, title: str) -> tuple[Series, ...]:
        """Every series that has this title."""
        return tuple(s for s in self.series if s.title(title))


def plain(text: str) -> str:
    """``text`` as names are compared: no spaces, no width, no brackets, no dots between."""
    narrow = unicodedata.normalize("NFKC", text)
    return "".join(char for char in narrow if char not in " ()（）·、.・．")


def subject_of(stage: str, text: str) -> str | tuple[str, ...]:
    """任教学科 with its stage before it, or the reason why it is none, as a tuple of one."""
    said = next((one for one in STAGES if text.startswith(one)), None)
    if said and said != stage:
        return (f"任教学科“{text[:20]}”和学段“{stage}”对不上",)
    subject = text.removeprefix(stage) if said else text
    if not 1 <= len(subject) <= 20:
        return ("任教学科应为 1 到 20 个字，如 小学数学",)
    return stage + subject


def names(series: Iterable[Series]) -> list[str]:
    """Every title once, in the order of the ladders."""
    return list(dict.fromkeys(title.name for one in series for title in one.titles))
