"""A town in which applications have been confirmed."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from hub.journey.ports import Fittings
from tests.award.confirmed import Desk
from tests.people import Town


@pytest.fixture
def desk(f: Fittings, town: Town, engine: Engine) -> Desk:
    return Desk(f, town, engine)
