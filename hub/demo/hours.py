"""Outside training of the demo city's teachers, as schools report it: written in bulk, like one import of the bureau."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hub.demo.city import BY, City
from hub.demo.people import Invented
from hub.demo.releases import chance
from hub.domain.hours import HoursEntry, training_key
from hub.domain.organisation import CITY
from hub.journey import audit
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

IMPORT = "imp-demo-hours"
YEARS = 3


@dataclass(frozen=True)
class Training:
    """A training that is given every year."""

    title: str
    provider: str
    level: str
    mode: str
    category: str
    hours: int
    practice: int
    online: int
    month: int
    days: int
    counts: tuple[str, ...]
    share: float  # of the teachers


_PLAIN, _IT = ("HR90", "EDU360"), ("HR90", "EDU360", "IT50")
_TRAININGS = (
    Training("专业技术人员公需科目学习", "省人事考试与继续教育中心（模拟）", "省", "网络研修", "公需", 30, 0, 30, 3, 60, ("HR90",), 0.8),
    Training("中小学教师全员远程培训", "省教师发展中心（模拟）", "省", "网络研修", "专业", 40, 10, 30, 4, 90, _PLAIN, 0.7),
    Training("校本研修：集体备课与课例研讨", "本校", "校", "校本", "专业", 24, 24, 0, 2, 120, _PLAIN, 0.75),
    Training("提升工程2.0：校本应用实践", "市教师进修学校（模拟）", "市", "混合", "专业", 20, 14, 6, 5, 40, _IT, 0.45),
    Training("国培计划：学科骨干教师研修", "某师范大学（模拟）", "国", "集中", "专业", 60, 20, 0, 7, 10, _PLAIN, 0.12),
    Training("县级学科教学能力提升", "县教师进修学校（模拟）", "县", "集中", "专业", 16, 6, 0, 1, 4, _PLAIN, 0.4),
)  # fmt: skip


def write(f: Fittings, work: Work, city: City) -> int:
    """Everybody's training of this year and the two before, in the caller's transaction; how many entries."""
    now = f.clock.now()
    today = beijing_day(now)
    digest = f.vault.tag(IMPORT).hex()
    work.hours.note_hours_import(IMPORT, digest, CITY, city.officials[1].uid, now, {"demo": True})
    made = [entry for teacher in city.teachers for entry in _of(f, teacher, today)]
    work.hours.add_all_hours(made)
    audit.note(f, work, None, "hours.imported", IMPORT, {"digest": digest, "new": len(made)}, org=CITY)
    return len(made)


def _of(f: Fittings, teacher: Invented, today: date) -> list[HoursEntry]:
    """What one teacher took part in: some are keen, some are not."""
    keen = chance("hours", teacher.uid).uniform(0.3, 1.3)
    found = []
    for year in range(today.year - YEARS + 1, today.year + 1):
        for number, training in enumerate(_TRAININGS):
            rng = chance("training", teacher.uid, str(year), str(number))
            began = date(year, training.month, 1) + timedelta(days=rng.randrange(14))
            ended = began + timedelta(days=training.days - 1)
            if rng.random() < training.share * keen and ended <= today:
                found.append(_entry(f, teacher.uid, training, f"YS-{year}-{number + 1:02d}", began, ended))
    return found


def _entry(f: Fittings, uid: str, training: Training, project: str, began: date, ended: date) -> HoursEntry:
    return HoursEntry(
        f"hrs-demo-{uid.removeprefix('per-')}-{project.lower()}", uid, None, training.title, Decimal(training.hours),
        Decimal(training.practice), ended, training.counts, "import", began, training.provider, project, "",
        training.level, training.mode, training.category, Decimal(training.online), batch=IMPORT, noted_by=BY,
        noted_at=f.clock.now(), key=training_key(training.provider, project, training.title, began, ended),
    )  # fmt: skip
