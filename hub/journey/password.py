"""A password of one's own, changed: the old one is known, the new one is good and none of the last ones."""

from __future__ import annotations

from hub.domain import passwords
from hub.domain.errors import refuse
from hub.domain.people import Actor
from hub.journey import audit
from hub.journey.ports import Fittings


def change(f: Fittings, who: Actor, old: str, new: str) -> None:
    """Set a new password of one's own; every session of this person ends."""
    now = f.clock.now()
    with f.work() as work:
        kept, former = work.entry.credential(who.uid), work.entry.former(who.uid)
    if kept is None or not f.passwords.check(kept[0], old):
        raise refuse("auth.failed")
    why = passwords.problem(new, login=who.login, name=who.name, old=old)
    if why or _own_number(f, who, new):
        raise refuse("auth.weak_password", why=why or "不能包含本人的身份证号")
    if any(f.passwords.check(one, new) for one in former):  # slow: outside any transaction
        raise refuse("auth.reused_password", kept=passwords.REMEMBERED)
    encoded = f.passwords.hash(new)
    with f.work() as work:
        work.entry.put_credential(who.uid, encoded, must_change=False, at=now)
        work.entry.close_sessions(who.uid)
        audit.note(f, work, who, "password.changed", who.uid, {})


def _own_number(f: Fittings, who: Actor, new: str) -> bool:
    """Whether this person's identity number stands in ``new``; found by its keyed digest, so that none is opened."""
    tags = [f.vault.tag(number) for number in passwords.id_numbers(new)]
    with f.work() as work:
        found = [work.people.by_tag(tag) for tag in tags]
    return any(person is not None and person.uid == who.uid for person in found)
