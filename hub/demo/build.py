"""Builds the demo city part by part; each part is written whole or found there, so a second run changes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hub.demo import accounts, awards, city, hours, past, present, waiting
from hub.demo.city import City
from hub.demo.releases import start_building
from hub.demo.schools import SIZES
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings

FOUND = "演示城市已经在了，没有改动。"
OTHERS = "库里已有人员，不建演示城市。"


def build(f: Fittings, size: str, secrets_dir: Path) -> list[str]:
    """Build what is missing of the city of a size ("1" or "xs"); what to tell the operator, in Chinese."""
    found = _found(f, size)
    if isinstance(found, str):
        return [found]
    if found is not None and present.finished(f, found):
        return [FOUND]
    with ThreadPoolExecutor(3, "demo-release") as pool:
        return _build(start_building(f, pool), size, secrets_dir)


def _found(f: Fittings, size: str) -> City | str | None:
    """The city of this size that is there, None where there is nobody at all, or why none is built."""
    with f.work() as work:
        for each in SIZES:
            official = work.people.person(f"per-{city.SEED}{each}-city")
            if official:
                made = city.invent(each, beijing_day(official.created_at))
                return made if each == size else f"{FOUND}（规模 {each}）"
        return OTHERS if work.people.count() else None


def _build(f: Fittings, size: str, secrets_dir: Path) -> list[str]:
    with f.work() as lock:  # one builder at a time; the parts below commit on their own
        lock.people.lock_rosters()
        found = _found(f, size)
        if isinstance(found, str):
            return [found]
        if found is None:
            found = city.invent(size, beijing_day(f.clock.now()))
            with f.work() as work:
                city.write(f, work, found)
                accounts.open_all(f, work, found, secrets_dir)
        with f.work() as work:
            if work.study.run(past.RUN) is None:
                past.write(f, work, found)
                hours.write(f, work, found)
        issued = awards.write(f, found)
        waiting.write(f, found)
        present.write(f, found)
    return [
        f"演示城市建好了：{len(found.schools)} 所学校，{len(found.teachers)} 名教师，{len(found.students)} 名学生，"
        f"{issued} 份证书（人员都是虚构的）。",
        f"各角色的账号和密码在 {secrets_dir / accounts.FILE}。",
    ]
