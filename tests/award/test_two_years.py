"""Two years of one teacher, walked through the journeys with the real grader, worker, signatures and database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.identity.secrets import kept_text
from hub.journey.ports import Fittings
from hub.settings import Settings
from hub.signing.keyring import KeyRing
from tests.award import two_years_first as first
from tests.award import two_years_hours as ledger
from tests.award import two_years_papers as papers
from tests.award import two_years_second as second
from tests.award.two_years import Life, found_city
from tests.conftest import HandClock


@pytest.fixture
def life(f: Fittings, settings: Settings, clock: HandClock) -> Life:
    """The city on its first day; even the ring of keys goes by the clock that is moved by hand."""
    clock.time = datetime(2024, 9, 1, tzinfo=UTC)
    ring = KeyRing(settings.secrets_dir / "signing", kept_text, settings.sm2, clock.now)
    return found_city(replace(f, signer=ring), settings)


@pytest.mark.timeout(600)
def test_a_teacher_walks_through_two_years_and_every_step_can_be_defended(life: Life, tmp_path: Path) -> None:
    # autumn 2024 to spring 2025
    first.she_takes_a_course(life)
    first.three_dossiers_are_assessed(life)
    ledger.hours_come_from_three_sources(life)
    first.school_county_public_and_city_have_their_say(life)
    first.a_certificate_is_issued_and_shown_around(life)
    # autumn 2025 to autumn 2026
    second.she_moves_to_another_county(life)
    ledger.a_training_over_the_end_of_a_cycle_counts_once(life)
    second.the_bureau_succeeds_its_framework(life)
    second.she_appeals_and_others_judge(life)
    second.she_is_assessed_under_the_new_framework(life)
    second.her_certificate_is_revoked_and_earned_anew(life)
    second.the_new_certificate_has_a_successor(life)
    # and what leaves the platform, and what stays
    papers.her_titles_are_handed_over(life, tmp_path)
    papers.a_copy_is_verified_with_nothing_but_python(life, tmp_path)
    papers.the_log_tells_all_of_it_in_order(life)
