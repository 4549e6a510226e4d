"""The pinyin that lists are sorted by, and the regions of the city."""

from __future__ import annotations

from datetime import date

import pytest

from hub.domain.roster import PROVINCES
from hub.journey.sort_key import sort_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("单小明", "shan xiao ming"), ("仇英", "qiu ying"), ("解晓东", "xie xiao dong"), ("区伟", "ou wei"),
        ("查良镛", "zha liang yong"), ("曾国藩", "zeng guo fan"), ("尉迟恭", "yu chi gong"), ("万俟卨", "mo qi xie"),
        ("王重阳", "wang chong yang"), ("Anna", "anna"),
    ],
)  # fmt: skip
def test_surnames_are_read_as_surnames(name: str, key: str) -> None:
    assert sort_key(name).startswith(key.partition(" ")[0]) and len(sort_key(name).split()) == len(
        key.split()
    )


def test_every_region_of_the_past_is_within_the_accepted_provinces() -> None:
    from hub.sources.regions import id_regions

    assert id_regions() and all(code[:2] in PROVINCES for code in id_regions())


def test_units_begin_and_end_on_the_day_of_the_announcement() -> None:
    from hub.sources.regions import organisations

    known = {o.code: o for o in organisations()}
    assert known["410306"].valid_on(date(2021, 3, 17)) and not known["410306"].valid_on(date(2021, 3, 18))
    assert known["410308"].valid_on(date(2021, 3, 18)) and known["410306"].successor == "410308"
    assert known["ZG-LM"].parent == "410300" and "412521" not in known
    assert sum(o.valid_on(date(2026, 1, 1)) for o in known.values() if o.code != "410300") == 17
