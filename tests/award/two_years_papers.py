"""What leaves the platform in the story of two years, judged where the platform is not; and the log that stays."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from hub.domain import verification
from hub.domain.audit_view import VERB_NAMES, Wanted
from hub.domain.certificate import Standing
from hub.domain.sheet import Outcome
from hub.domain.title import PackageState
from hub.journey import audit_log
from hub.journey.award import package_release, packages, status, title_settings, titles
from hub.signing.primitives import good
from tests.award.two_years import NEW, Life
from tests.people import CITY, EAST

NEXT = "micro2026"  # the framework that followed in the second year

TITLE = {
    "name": "陈小燕", "title": "中小学一级教师", "obtained": "2024-08-20", "stage": "小学", "subject": "数学",
    "certificate": "20204100112345678",
}  # fmt: skip
# What happened, in the order in which the log must tell it.
STORY = (
    "log.begun", "house.founded", "office.given", "schools.imported", "roster.imported", "role.granted",
    "grade.settled", "guide.published", "dossier.begun", "dossier.submitted", "role.granted", "seat.assigned", "seat.recused",
    "seat.assigned", "seat.rated", "dossier.rated", "piece.read", "seat.rated", "seat.assigned", "seat.rated", "dossier.rated",
    "seat.lapsed", "seat.assigned", "seat.rated", "dossier.rated",
    "application.drafted", "hours.imported", "hours.stated", "hours.reversed", "hours.imported", "application.submitted",
    "application.returned", "application.submitted", "application.school_reviewed", "application.county_reviewed",
    "application.publicised", "application.objected", "application.objection_rejected", "application.confirmed", "batch.opened",
    "application.issued", "certificate.issued", "roster.imported", "hours.imported",
    "framework.drafted", "framework.edited", "framework.published", "dossier.submitted", "seat.rated", "dossier.rated",
    "dossier.appealed", "seat.assigned", "seat.rated", "dossier.rated", "dossier.submitted", "dossier.rated", "application.revoked", "certificate.revoked",
    "application.drafted", "application.submitted", "application.school_reviewed", "application.county_reviewed",
    "application.publicised", "application.confirmed", "batch.opened", "certificate.issued", "roster.imported",
    "certificate.issued", "certificate.superseded", "title.noted", "title.noted", "title.set", "package.prepared", "package.built",
    "package.released", "read.package", "package.receipted",
)  # fmt: skip


def offline(life: Life, credential: str, *, reachable: bool = True) -> Standing:
    """The answer to a credential by the published keys, and by lists that somebody took along or cannot reach."""

    def lists(address: str) -> str | None:
        purpose, number = address.rsplit("/", 2)[1:]
        return status.as_token(life.f, purpose, int(number)) if reachable else None

    means = verification.Means(life.f.signer.published(), good, lists, life.f.clock.now())
    return verification.verify(means, credential).standing


def her_titles_are_handed_over(life: Life, folder: Path) -> None:
    """One prepares, another releases, the bureau for human resources takes it and gives a receipt."""
    f = life.f
    number = _prepared(life)
    life.worker()
    for who, why in (("preparer", "package.own"), ("confirmer", "package.confirmer")):
        life.refused(why, package_release.release, who, number)
    life.refused("thing.missing", packages.download, "hr_bureau", number)  # not before it is released
    life.on(2026, 10, 19)
    package_release.release(f, life.actor("releaser"), number)
    name, file = packages.download(f, life.actor("hr_bureau"), number)
    with file:
        (folder / name).write_bytes(file.read())
    life.kept["package"] = str(folder / name)
    _what_it_says_of_her(life, folder / name)
    life.on(2026, 10, 22)
    made = package_release.receipt(
        f, life.actor("preparer"), number, "洛人社收〔2026〕18号", date(2026, 10, 22)
    )
    assert made.state is PackageState.RECEIPTED


def _prepared(life: Life) -> str:
    """Only what came since the present title counts: with the day that was noted first there would be nothing."""
    f, who = life.f, life.actor("preparer")
    login = life.actor("teacher").login
    for hour, appointed, outcome, since in (
        (9, "2025-01-01", Outcome.NEW, 0),
        (10, "2024-09-01", Outcome.UPDATE, 1),
    ):
        life.on(2026, 10, 16, hour)
        row = TITLE | {"login": login, "appointed": appointed}
        noted = life.sheet(titles.check, titles.import_holdings, "east_hr", EAST, row)
        assert noted.counts[outcome] == 1
        seen = packages.look(f, who, CITY, 2026, "", since_title=True)
        assert len(seen.good) == since
        assert len(packages.look(f, who, CITY, 2026, "", since_title=False).good) == 1
    title_settings.set_weight(f, who, 2026, "k12", "bonus")
    seen = packages.look(f, who, CITY, 2026, "", since_title=True)
    return packages.prepare(f, who, CITY, 2026, "", "2026年度职称评审", seen.digest, since_title=True).number


def _what_it_says_of_her(life: Life, package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        (record,) = map(json.loads, archive.read("records.jsonl").decode().splitlines())
        table = archive.read("records.csv").decode("utf-8-sig")
    assert f"；B1（{NEXT}） " in table
    told: dict[str, Any] = {
        "name": record["identity"]["name"], "id": record["identity"]["id_no"], "school": record["unit"]["school_code"],
        "county": record["unit"]["county_code"], "weight": record["title"]["weight"], "hours": record["hours"]["hours_total"],
        "trainings": [t["project_name"] for t in record["training"]], "framework": record["competency"]["framework_id"],
        "codes": [(i["code"], i.get("framework_id")) for i in record["competency"]["items"]],
        "raters": [i["rater_count"] for i in record["competency"]["items"]], "paper": record["certificate"]["cert_no"],
        "posted": (record["process"]["publicity"]["from"], record["process"]["publicity"]["to"]),
    }  # fmt: skip
    assert told == {
        "name": "陈小燕", "id": life.numbers["teacher"], "school": NEW, "county": EAST, "weight": "加分", "hours": "98.0",
        "trainings": ["秋季第1期", "用数据改进教学", "公需科目", "寒假工作坊"], "framework": "micro2019",
        "codes": [("A1", None), ("A13", None), ("B1", NEXT)], "raters": [2, 3, 2],
        "paper": life.application().certificate, "posted": ("2026-09-29", "2026-10-10"),
    }  # fmt: skip


def a_copy_is_verified_with_nothing_but_python(life: Life, folder: Path) -> None:
    """The copy lies in an empty folder, with the verifier that came in it; one bit of it is turned over, and named."""
    alone = folder / "alone"
    with zipfile.ZipFile(life.kept["package"]) as archive:
        archive.extractall(alone / "open")
    shutil.move(alone / "open" / "verify.py", alone / "verify.py")
    shutil.copy(alone / "verify.py", alone / "open" / "verify.py")
    shutil.copy(life.kept["package"], alone / "batch.zip")
    (alone / "keys.json").write_text(json.dumps(life.f.signer.public()), "utf-8")
    for copy in ("open", "batch.zip"):
        code, said = _judged(alone, copy)
        assert code == 0 and "核验通过" in said
    records = bytearray((alone / "open" / "records.jsonl").read_bytes())
    records[len(records) // 2] ^= 1
    (alone / "open" / "records.jsonl").write_bytes(records)
    code, said = _judged(alone, "open")
    assert code == 1 and "records.jsonl" in said
    zipped = bytearray((alone / "batch.zip").read_bytes())
    zipped[len(zipped) // 2] ^= 1
    (alone / "batch.zip").write_bytes(zipped)
    assert _judged(alone, "batch.zip")[0] == 1


def _judged(alone: Path, copy: str) -> tuple[int, str]:
    """What the verifier answers where there is Python and nothing else: no packages, no environment."""
    command = [sys.executable, "-I", "-S", str(alone / "verify.py"), copy, "--keys", "keys.json"]
    done = subprocess.run(command, cwd=alone, capture_output=True, check=False, env={})
    return done.returncode, (done.stdout + done.stderr).decode()


def the_log_tells_all_of_it_in_order(life: Life) -> None:
    """The chain is whole, every record has its event, and the events are the story."""
    life.worker()  # writes the checkpoint of the day
    log = audit_log.verify_all(life.f)
    assert log.report.finding is None and log.checkpoints > 5
    assert not [c for c in log.coverage if c.wrong]
    told = [(c.kind, c.records) for c in log.coverage]
    assert {("grades", 3), ("certificates", 3), ("revocations", 1)} <= set(told)
    events = life.events()
    assert missing(STORY, (e.verb for e in events)) == ()
    assert {e.verb for e in events} <= set(VERB_NAMES)
    assert not [e for e in events if life.numbers["teacher"] in repr(e) or "陈" in repr(e)]
    life.refused("access.denied", audit_log.read, "security", Wanted(), None)
    page = audit_log.read(life.f, life.actor("auditor"), Wanted(verbs=("certificate.superseded",)), None)
    assert [kept.event.actor for kept in page.events] == [life.town.uids["issuer"]]


def missing(wanted: Iterable[str], told: Iterable[str]) -> tuple[str, ...]:
    """The first that does not follow those before it, and all after it; nothing where all come in their order."""
    left = list(wanted)
    for verb in told:
        if left and verb == left[0]:
            left.pop(0)
    return tuple(left)
