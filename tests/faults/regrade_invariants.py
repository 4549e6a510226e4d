"""What must hold of regrades after any fault: items all end, nothing came of one before it was accepted, and once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from hub.domain.submission import State

FINAL = (State.GRADED, State.REJECTED, State.FAILED)
_ROUNDS = "SELECT submission, round, regrade FROM verdicts WHERE regrade IS NOT NULL"
_GRADES = "SELECT id, regrade FROM grades WHERE regrade IS NOT NULL"


def check_regrades(c: Connection) -> list[str]:
    """Everything that is wrong, by the numbers of the list of invariants that each is a case of."""
    wrong = []
    told: dict[str, Any] = {r.regrade: r for r in c.execute(text("SELECT * FROM regrade_decisions"))}
    for item in c.execute(text("SELECT * FROM regrade_items")):
        if item.state not in FINAL:
            wrong.append(f"4: item {item.id} is still {item.state}")
        elif item.held_by:
            wrong.append(f"4: item {item.id} is done and still held by {item.held_by}")
        elif item.state != State.FAILED and not item.record:
            wrong.append(f"4: item {item.id} is {item.state} without a verdict")
        elif item.state == State.FAILED and not item.reason:
            wrong.append(f"4: item {item.id} failed without saying why")
    accepted = {id: d for id, d in told.items() if d.choice != "discard"}
    rounds = {(s, n, id) for id, d in accepted.items() for row in d.rows for s, n in row["rounds"]}
    grades = {(row["grade"], id) for id, d in accepted.items() for row in d.rows if row["grade"]}
    if (found := {tuple(r) for r in c.execute(text(_ROUNDS))}) != rounds:
        wrong.append(f"2: rounds of regrades that no decision names, or the reverse: {found ^ rounds}")
    if (found := {tuple(r) for r in c.execute(text(_GRADES))}) != grades:
        wrong.append(f"2: grades of regrades that no decision names, or the reverse: {found ^ grades}")
    closed = {r.id for r in c.execute(text("SELECT id FROM regrades WHERE closed AND night IS NULL"))}
    wrong += [f"2: {id} is decided and still open" for id in told if id not in closed]
    return wrong
