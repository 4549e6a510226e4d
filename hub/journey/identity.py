"""The full identity number of a teacher: for the bureau's personnel staff, with an approval, once a look, on record."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.errors import refuse
from hub.domain.people import Actor, Person
from hub.journey import approvals, scope
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work


@dataclass(frozen=True)
class Card:
    """Somebody as personnel staff see them before they look: the number is masked."""

    person: Person
    org: str
    org_name: str
    approval: str | None
    purpose: str


def _found(f: Fittings, work: Work, who: Actor, login: str) -> tuple[Person, str]:
    """A teacher within reach, and where; anybody else does not exist for ``who``. Students' numbers are read by nobody."""
    person = work.people.by_login(login.strip().lower())
    today = beijing_day(f.clock.now())
    org = scope.knows(work, who, "identity.read", person.uid, today) if person else None
    if person is None or org is None or person.kind != "staff":
        raise refuse("thing.missing", what="这个账号")
    return person, org


def card(f: Fittings, who: Actor, login: str) -> Card:
    """Who it is, and whether an approval is at hand."""
    with f.work() as work:
        person, org = _found(f, work, who, login)
        approval = approvals.valid(f, work, who, "id_numbers", org)
        place = work.people.organisation(org)
    return Card(
        person, org, place.name if place else org,
        approval.id if approval else None, approval.purpose if approval else "",
    )  # fmt: skip


def number(f: Fittings, who: Actor, login: str) -> str:
    """The number itself. The read is on record before it is told; nothing keeps it."""
    with f.work() as work:
        person, org = _found(f, work, who, login)
        sealed = work.access.sealed_id(person.uid)
        if sealed is None:
            raise refuse("identity.none")
        approvals.reading(f, work, who, "id_numbers", org, person.uid)
    return f.vault.open(sealed)
