"""A room that cannot have its walls does not start: with a code and words for the learner, and the reason for the doctor."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from hub.operations import checks, doctor
from hub.settings import load
from hub.spawning.house import House, note_trouble, trouble
from hub.spawning.refusals import REFUSALS, RoomError
from hub.spawning.rooms import RoomSpawner
from hub.spawning.walls import template_spec
from zygote.errors import TemplateBroken
from zygote.residents import Resident


def spawner(run_dir: Path) -> RoomSpawner:
    made = RoomSpawner()
    made.run_dir = str(run_dir)
    return made


async def never() -> Resident:
    raise AssertionError("a room was started")


def test_without_walls_no_room_starts_in_any_walled_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no unshare
    monkeypatch.setattr(House, "_tried", False)
    with pytest.raises(RoomError) as refused:
        asyncio.run(spawner(tmp_path)._behind_walls(never()))
    assert refused.value.code == "room.walls"
    assert "walls.no_unshare" in trouble(tmp_path)
    assert not House._tried  # whoever mends the machine need not restart the Hub


def test_walls_are_tried_once_in_a_hubs_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(House, "_tried", False)
    House.try_walls()
    monkeypatch.setenv("PATH", "")
    House.try_walls()


def test_a_broken_template_is_no_reason_for_weaker_walls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = tmp_path / "homes"
    homes.mkdir()
    spec = replace(template_spec(homes, homes), module="hub.room.nothing_of_that_name")

    async def start() -> Resident:
        await asyncio.to_thread(House.warm.template, spec)
        raise AssertionError("the template came up")

    with pytest.raises(RoomError) as refused:
        asyncio.run(spawner(tmp_path)._behind_walls(start()))
    assert refused.value.code == "room.template"
    assert refused.value.jupyterhub_message.endswith("（room.template）")

    settings = replace(load({"LUOJIAO_HOME": str(tmp_path)}))
    settings.run_dir.mkdir()
    note_trouble(settings.run_dir, trouble(tmp_path))
    with pytest.raises(doctor.AdviceError, match="nothing_of_that_name"):
        doctor._rooms(settings)


def test_a_room_that_starts_ends_the_trouble(tmp_path: Path) -> None:
    note_trouble(tmp_path, str(TemplateBroken("of yesterday")))
    room = Resident(1, 0.0, ())

    async def start() -> Resident:
        return room

    assert asyncio.run(spawner(tmp_path)._behind_walls(start())) is room
    assert trouble(tmp_path) == ""


@pytest.mark.parametrize("way", ["cold", "open"])
def test_the_doctor_names_what_weaker_ways_lack(tmp_path: Path, way: str) -> None:
    settings = load({"LUOJIAO_HOME": str(tmp_path), "LUOJIAO_ROOMS": way})
    with pytest.raises(doctor.AdviceError) as told:
        doctor._rooms(settings)
    assert checks.ROOMS_WARNINGS[way] in str(told.value)
    assert "MB 磁盘" not in str(told.value)  # a bound that they do not have


def test_every_refusal_is_in_the_reference() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "errors.md").read_text("utf-8")
    for code, words in REFUSALS.items():
        assert f"| `{code}` | {words} |" in page
