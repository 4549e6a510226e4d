"""The city and its management units with their days of validity, read from the data file beside this module."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from hub.domain.organisation import CITY, Level, Organisation

DATA = Path(__file__).parent / "data" / "regions.json"
CITY_NAME = "洛阳市"

# The file gives months; these are the days on which a change was announced.
_DAYS = {"2021-03": date(2021, 3, 18)}


def organisations(path: Path = DATA) -> tuple[Organisation, ...]:
    """The city, then every unit there has been since 2015, ended ones with their successor.

    Functional zones (ZG-…) are units; rows of type 历史 only ever stand in identity numbers and are left out.
    """
    city = Organisation(CITY, CITY_NAME, Level.CITY, "市", None)
    units = tuple(
        Organisation(
            row["code"], row["name"], Level.UNIT, row["type"], CITY,
            _day(row["valid_from"]), _day(row["valid_to"]), row["successor"],
        )
        for row in _rows(path)
        if row["type"] != "历史"
    )  # fmt: skip
    return (city, *units)


def id_regions(path: Path = DATA) -> frozenset[str]:
    """Every region code, of today and of the past, that an identity number from the city can carry."""
    return frozenset(row["code"] for row in _rows(path) if row["gb2260"])


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["regions"]
    return rows


def _day(month: str | None) -> date | None:
    return None if month is None else _DAYS[month]
