"""The audit log as a whole: its checkpoints for outside witnesses, its verification, and who may read what of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from hub.domain.audit import Kept, moment
from hub.domain.audit_view import Coverage, Wanted
from hub.domain.chain import Checkpoint, Finding, Report, Start, Wrong, sentence, verify
from hub.domain.errors import refuse
from hub.domain.organisation import CITY
from hub.domain.people import Actor, may
from hub.journey.audit import REFUSED, SIGNED_IN
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings

TYPE = "luojiao-checkpoint"
PAGE = 50
OWN = (
    SIGNED_IN, REFUSED, "password.changed", "password.reset", "second_factor.enrolled", "second_factor.recovered",
    "second_factor.reset", "account.frozen", "account.revived",
)  # fmt: skip
_SHORT = 500_000  # events up to which the daily verification begins with the first one
_SUNDAY = 6


@dataclass(frozen=True)
class Signed:
    """A checkpoint and the signed token that an outside witness keeps."""

    checkpoint: Checkpoint
    token: str
    peaks: tuple[str, ...] = ()


def checkpoint(f: Fittings, *, whole: bool = True) -> Signed:
    """Verify the log, sign how long it is and where it ends, and keep that outside the database.

    Not ``whole``: from the last checkpoint on. Raises audit.broken, and signs nothing, where an event is wrong.
    """
    now = f.clock.now()
    kept = _own(f)
    start = None if whole or not kept else Start(kept[-1].checkpoint, kept[-1].peaks)
    if start and start.tree() is None:
        start = None
    with f.work() as work:
        first = start.checkpoint.size + 1 if start else 1
        report = verify(work.audit.events(first), [each.checkpoint for each in kept], start)
    _remember(f, report, now)
    if report.finding:
        raise refuse("audit.broken", why=sentence(report.finding))
    made = Checkpoint(report.size, report.head, report.root, moment(now))
    claims = {"iss": f.issuer, **vars(made), "peaks": list(report.peaks)}
    token = f.signer.sign(claims, TYPE)
    f.checkpoints.add(f"{now:%Y%m%dT%H%M%S}Z-{report.size}", token)
    return Signed(made, token, report.peaks)


def keep(f: Fittings) -> Signed | None:
    """Write the checkpoint of this Beijing day, unless somebody has; asked by every worker now and then.

    A short log is verified from its first event on, a long one on Sundays. Raises audit.broken once a day.
    """
    today = beijing_day(f.clock.now())
    if f.checkpoints.state().get("day") == str(today):
        return None
    with f.work() as work:
        size = work.audit.size()
    return checkpoint(f, whole=size <= _SHORT or today.weekday() == _SUNDAY)


def _remember(f: Fittings, report: Report, now: datetime) -> None:
    finding = report.finding
    f.checkpoints.note_state(
        {
            "day": str(beijing_day(now)),
            "at": now.isoformat(),
            "size": report.size,
            "wrong": {"seq": finding.seq, "how": finding.how.value, "until": finding.until}
            if finding
            else None,
        }
    )


def _own(f: Fittings) -> list[Signed]:
    """Our own checkpoints whose signatures are good, the oldest first."""
    return [made for token in f.checkpoints.tokens() if (made := _signed(f, token))]


def _signed(f: Fittings, token: str) -> Signed | None:
    claims = f.signer.verify(token, TYPE)
    made = Checkpoint.from_claims(claims)
    peaks = claims.get("peaks") if claims else None
    return Signed(made, token, tuple(peaks) if isinstance(peaks, list) else ()) if made else None


def latest(f: Fittings) -> Signed | None:
    """The last checkpoint, for anybody who wants to keep it."""
    found = (_signed(f, token) for token in reversed(f.checkpoints.tokens()))
    return next((made for made in found if made), None)


@dataclass(frozen=True)
class Verified:
    """The whole log against itself, its checkpoints and the records it tells of."""

    report: Report
    checkpoints: int
    coverage: tuple[Coverage, ...]


def verify_all(f: Fittings, others: Sequence[Checkpoint] = ()) -> Verified:
    """Recompute everything, with our own checkpoints and those of ``others``; nothing is written but how it went."""
    checkpoints = [each.checkpoint for each in _own(f)] + list(others)
    with f.work() as work:
        report = verify(work.audit.kept(), checkpoints)
        coverage = work.audit.coverage()
    _remember(f, report, f.clock.now())
    return Verified(report, len(checkpoints), coverage)


@dataclass(frozen=True)
class State:
    """Up to which event the log was found whole, when, and what is wrong if it is not."""

    at: datetime
    size: int
    wrong: Finding | None


def state(f: Fittings) -> State | None:
    """What the last verification found, or None where there was none."""
    told = f.checkpoints.state()
    try:
        wrong: Any = told["wrong"]
        finding = Finding(wrong["seq"], Wrong(wrong["how"]), wrong["until"]) if wrong else None
        return State(datetime.fromisoformat(told["at"]), int(told["size"]), finding)
    except (KeyError, TypeError, ValueError):
        return None


@dataclass(frozen=True)
class LogPage:
    """Some events, the newest first; ``next`` is where the older ones go on."""

    events: tuple[Kept, ...]
    next: int | None


def read(f: Fittings, who: Actor, wanted: Wanted, before: int | None) -> LogPage:
    """Events for the audit administrator of the city: identifiers, never names. Raises access.denied."""
    if not may(who, "audit.read", (CITY,)):
        raise refuse("access.denied")
    return _page(f, wanted, before)


def own(f: Fittings, who: Actor, before: int | None) -> LogPage:
    """One's own comings: who signed in or tried to, as whom one is known here."""
    return _page(f, Wanted(subject=who.uid, verbs=OWN), before)


def _page(f: Fittings, wanted: Wanted, before: int | None) -> LogPage:
    with f.work() as work:
        found = work.audit.page(wanted, before, PAGE + 1)
    return LogPage(found[:PAGE], found[PAGE - 1].event.seq if len(found) > PAGE else None)


def of_day(day: date) -> tuple[str, str]:
    """The beginning and the end of a Beijing day as events spell times."""
    begins = datetime.combine(day, time(0)) - timedelta(hours=8)
    return moment(begins), moment(begins + timedelta(days=1))
