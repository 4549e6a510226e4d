"""A submission in a town whose judge is moved by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.journey import study
from tests.assess.hand import HandJudge, hand_in
from tests.people import Town


@pytest.fixture
def judge(town: Town) -> HandJudge:
    made = HandJudge(town.f)
    town.f = replace(town.f, judge=made)
    return made


@pytest.fixture
def submission(town: Town, judge: HandJudge) -> str:
    run = town.run()
    study.enrol(town.f, town.actor("teacher"), run)
    town.released(run)
    return hand_in(town, run)
