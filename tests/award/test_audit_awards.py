"""Whoever changes what assessors said, what was handed in, or hours, past the journeys, is found by the log's own check."""

from __future__ import annotations

from sqlalchemy import Engine, text

from hub.domain.audit_view import Coverage
from hub.journey import audit_log
from tests.award.panels import Hall


def coverage(hall: Hall, kind: str) -> Coverage:
    return next(c for c in audit_log.verify_all(hall.f).coverage if c.kind == kind)


def test_a_rating_that_was_changed_or_put_in_later_does_not_agree_with_its_event(
    hall: Hall, engine: Engine
) -> None:
    dossier = hall.rated("pass")
    assert not coverage(hall, "ratings").wrong and coverage(hall, "ratings").records == 2
    seat = hall.seats(dossier.id)[0]
    with engine.begin() as past:
        past.execute(text("UPDATE seats SET rating = 'excellent' WHERE id = :id"), {"id": seat.id})
        past.execute(
            text("""INSERT INTO seats SELECT 'sea-forged', dossier, round, 3, :who, state, assigned_at, due_on, levels,
                    comments, rating, reason, closed_at FROM seats WHERE id = :id"""),
            {"id": seat.id, "who": hall.uid("far1")},
        )
    found = coverage(hall, "ratings")
    assert (found.otherwise, found.untold) == ((seat.id,), ("sea-forged",))


def test_a_dossier_whose_pieces_were_exchanged_with_their_digest_is_found(hall: Hall, engine: Engine) -> None:
    dossier = hall.submitted()
    assert not coverage(hall, "dossiers").wrong
    with engine.begin() as past:
        past.execute(text("UPDATE dossiers SET digest = 'x' WHERE id = :id"), {"id": dossier.id})
    assert coverage(hall, "dossiers").otherwise == (dossier.id,)


def test_hours_taken_back_behind_everybodys_back_are_found(hall: Hall, engine: Engine) -> None:
    with engine.begin() as past:
        for id, reverses, hours in (("hrs-one", None, 10), ("hrs-two", "hrs-one", -10)):
            past.execute(
                text("""INSERT INTO hours (id, person, title, hours, practice, earned_on, counts_for, reverses, noted_at)
                        VALUES (:id, :who, '培训', :hours, 0, '2026-01-01', '[]', :reverses, '2026-12-01')"""),
                {"id": id, "who": hall.uid("teacher"), "hours": hours, "reverses": reverses},
            )
    hall.submitted()  # the log has begun
    assert coverage(hall, "reversals").untold == ("hrs-two",)
