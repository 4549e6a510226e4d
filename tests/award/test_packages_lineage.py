"""In a package a result of a later framework says of which it is; every other record has the fields that it always had."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from hub.domain.title import PackageState
from hub.journey.award import package_release, packages
from hub.journey.award.package_parts import Parts
from hub.journey.ports import Fittings
from hub.records import verify as v
from tests.award.succession import NEXT, succeed
from tests.award.title_town import TitleTown, build_title_town
from tests.people import Town


@pytest.fixture
def package(f: Fittings, engine: Engine, town: Town, tmp_path: Path) -> tuple[TitleTown, Path]:
    """A released package of two teachers, of whom one was assessed for B1 under the framework that followed."""
    titles = build_title_town(f, engine, town)
    succeed(town)
    titles.certified("lin")
    titles.certified("he", "何晓")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE dossiers SET framework = :id WHERE code = 'B1' AND person = :uid"),
            {"id": NEXT, "uid": titles.uid("lin")},
        )
    made = titles.built()
    package_release.release(f, titles.actor("releaser"), made.number)
    name, file = packages.download(f, titles.actor("reader"), made.number)
    with file:
        (tmp_path / name).write_bytes(file.read())
    return titles, tmp_path / name


def records(path: Path) -> dict[str, dict[str, object]]:
    with zipfile.ZipFile(path) as archive:
        found = [json.loads(line) for line in archive.read(v.RECORDS).decode().splitlines()]
    return {record["identity"]["name"]: record for record in found}


def test_the_item_names_its_framework_in_record_table_and_list_and_the_package_verifies(
    package: tuple[TitleTown, Path],
) -> None:
    titles, path = package
    assert v.check_package(path, titles.f.signer.public()) == []
    found: dict[str, dict] = records(path)  # type: ignore[type-arg]
    assert {r["competency"]["framework_id"] for r in found.values()} == {"micro2019"}  # the rule's
    told = {
        name: [(i["code"], i.get("framework_id")) for i in r["competency"]["items"]]
        for name, r in found.items()
    }
    assert told == {
        "林佳怡": [("A1", None), ("A13", None), ("B1", NEXT)],
        "何晓": [("A1", None), ("A13", None), ("B1", None)],
    }
    assert {tuple(sorted(i)) for i in found["何晓"]["competency"]["items"]} == {
        ("assess_date", "code", "environment", "evidence_hash", "name", "rater_count", "rating")
    }
    with zipfile.ZipFile(path) as archive:
        table = list(csv.DictReader(io.StringIO(archive.read("records.csv").decode("utf-8-sig"))))
    items = {row["姓名"]: row["微能力结果"].split("；") for row in table}
    assert items["林佳怡"][2].startswith(f"B1（{NEXT}） ") and items["何晓"][2].startswith("B1 ")


def test_the_page_of_publicity_in_the_package_keeps_the_codes_apart(package: tuple[TitleTown, Path]) -> None:
    titles, path = package
    with titles.f.work() as work:
        (made,) = work.packages.packages((PackageState.RELEASED,))
    parts = Parts(made, titles.f.titles.column_map())
    for record in records(path).values():
        parts.take(record)
    ((_, page),) = parts.publicity()
    rows = [row for notice in page["notices"] for row in notice["rows"]]
    assert {row["name"]: row["codes"] for row in rows} == {
        "林佳怡": f"A1、A13、B1（{NEXT}）", "何晓": "A1、A13、B1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("item", "wrong"),
    [
        ({"framework_id": NEXT}, []),
        ({}, []),
        ({"framework_id": ""}, ["competency.items[2].framework_id"]),
        ({"framework_id": None}, ["competency.items[2].framework_id"]),
        ({"framework": NEXT}, ["competency.items[2].framework"]),
    ],
)
def test_the_verifier_takes_an_item_with_and_without_its_framework_and_nothing_else(
    package: tuple[TitleTown, Path], item: dict[str, object], wrong: list[str]
) -> None:
    record: dict = records(package[1])["何晓"]  # type: ignore[type-arg]
    record["competency"]["items"][2] |= item
    assert list(v.misshapen(record)) == wrong
