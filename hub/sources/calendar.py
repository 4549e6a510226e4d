"""The State Council's yearly arrangements of holidays, read from JSON files as the notices word them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hub.domain.errors import refuse
from hub.domain.workdays import Arrangement, SpecialDay, checked

SHIPPED = Path(__file__).parent / "data" / "calendar.json"


def read(data: bytes) -> tuple[Arrangement, ...]:
    """The years in a file: ``[{"year", "doc_no", "holidays": [{"name", "from", "to", "workdays"}]}]``."""
    try:
        return tuple(checked(_year(item)) for item in json.loads(data.decode("utf-8-sig")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise refuse(
            "calendar.unreadable", why=f"格式不对（{type(error).__name__}: {str(error)[:80]}）"
        ) from error


def shipped() -> tuple[Arrangement, ...]:
    """The years that come with the platform."""
    return read(SHIPPED.read_bytes())


def _year(item: dict[str, Any]) -> Arrangement:
    days = []
    for holiday in item["holidays"]:
        first, last = date.fromisoformat(holiday["from"]), date.fromisoformat(holiday["to"])
        if not 0 <= (last - first).days < 31:
            raise refuse("calendar.unreadable", why=f"{first} 到 {last} 不像一个假期")
        name = str(holiday["name"])
        days += [SpecialDay(first + timedelta(days=n), False, name) for n in range((last - first).days + 1)]
        days += [SpecialDay(date.fromisoformat(day), True, name) for day in holiday.get("workdays", ())]
    return Arrangement(int(item["year"]), str(item["doc_no"]), tuple(days))
