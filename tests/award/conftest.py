"""What the tests of award share: a town with assessors and a guide."""

from __future__ import annotations

import pytest

from hub.journey.ports import Fittings
from tests.award.panels import Hall, build_hall


@pytest.fixture
def hall(f: Fittings) -> Hall:
    """A town with a published guide and assessors of the county and of the city."""
    return build_hall(f)
