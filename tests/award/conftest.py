"""What the tests of award share: a town with assessors and a guide, one in which applications have been confirmed."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from hub.domain.organisation import CITY
from hub.domain.people import Role
from hub.journey.ports import Fittings
from tests.award.chain import _person
from tests.award.confirmed import Desk
from tests.award.panels import Hall, build_hall
from tests.people import Town

# The chapters of the story are no test modules, and what they assert is to be told as well.
pytest.register_assert_rewrite(
    *(f"tests.award.two_years_{one}" for one in ("first", "second", "hours", "papers"))
)


@pytest.fixture
def hall(f: Fittings) -> Hall:
    """A town with a published guide and assessors of the county and of the city."""
    return build_hall(f)


@pytest.fixture
def desk(f: Fittings, town: Town, engine: Engine) -> Desk:
    town.uids["city_hr"] = _person(f, "市人事", CITY, ((Role.CITY_HR, CITY),))
    return Desk(f, town, engine)
