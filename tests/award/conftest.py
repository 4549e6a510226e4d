"""What the tests of award share."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from hub.journey.ports import Fittings
from tests.award.title_town import TitleTown, build_title_town
from tests.people import Town


@pytest.fixture
def titles(f: Fittings, engine: Engine, town: Town) -> TitleTown:
    """A town whose teachers are certified."""
    return build_title_town(f, engine, town)
