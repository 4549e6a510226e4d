"""A small house for each file of faults: a database, one assignment, people; and no worker left from one test to the next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.house import House, house_in


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_in(tmp_path_factory.mktemp("faults")) as made:
        yield made


@pytest.fixture
def nobody_left_over(house: House) -> Iterator[None]:
    yield
    house.dismiss()
    house.seen.clear()
