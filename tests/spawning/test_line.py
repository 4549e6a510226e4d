"""When all rooms are taken: first come, first served, at a page that moves on by itself, for whoever stays at it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from running import ADMIN, Platform, platform_in, until

from hub.spawning import line
from hub.spawning.line import LeftError, Line

FIRST, SECOND, THIRD = "t10000001", "t10000002", "t10000003"


async def let_run() -> None:
    await asyncio.sleep(3 * line._LOOK_SECONDS)


def test_who_came_first_goes_in_first_when_a_room_ends() -> None:
    async def story() -> list[str]:
        rooms, order = Line(1, lambda: True), list[str]()

        async def come(login: str) -> None:
            await rooms.enter(login)
            order.append(login)

        asked = [asyncio.create_task(come(login)) for login in ("a", "b", "c")]
        await let_run()
        assert order == ["a"] and [rooms.ahead(x) for x in "abc"] == [None, 0, 1]
        rooms.leave("a")
        await let_run()
        assert order == ["a", "b"]
        asked.append(asyncio.create_task(come("a")))  # comes back, and stands behind
        await let_run()
        rooms.leave("b")
        await let_run()
        rooms.leave("c")
        await asyncio.gather(*asked)
        return order

    assert asyncio.run(story()) == ["a", "b", "c", "a"]


def test_who_closed_the_page_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "_GONE_SECONDS", 5.0)

    async def story() -> None:
        rooms = Line(1, lambda: True)
        await rooms.enter("a")
        gone, stays = asyncio.create_task(rooms.enter("b")), asyncio.create_task(rooms.enter("c"))
        while not gone.done():
            await let_run()
            rooms.ahead("c")
        with pytest.raises(LeftError):
            await gone
        assert rooms.ahead("c") == 0
        rooms.leave("a")
        await stays

    asyncio.run(story())


def test_who_is_called_off_leaves_the_line() -> None:
    async def story() -> None:
        rooms = Line(1, lambda: True)
        await rooms.enter("a")
        called_off, next_one = asyncio.create_task(rooms.enter("b")), asyncio.create_task(rooms.enter("c"))
        await let_run()
        called_off.cancel()
        await let_run()
        assert rooms.ahead("c") == 0
        rooms.leave("a")
        await next_one

    asyncio.run(story())


def test_nobody_is_let_in_while_memory_is_short_but_for_the_first() -> None:
    async def story() -> None:
        memory = False
        rooms = Line(10, lambda: memory)
        await rooms.enter("a")
        second = asyncio.create_task(rooms.enter("b"))
        await let_run()
        assert not second.done()
        memory = True
        await second

    asyncio.run(story())


def test_a_machine_bears_at_least_one_room() -> None:
    for way in ("warm", "cold", "open"):
        assert line.places(way) >= 1
    assert line.places("cold") <= line.places("warm")


@pytest.fixture(scope="module")
def small() -> Iterator[Platform]:
    with platform_in("lj-line-") as found:
        found.env["LUOJIAO_ROOMS_AT_ONCE"] = "1"
        started = found.run("up", "--detach")
        assert started.returncode == 0, started.stdout
        yield found


def told(platform: Platform, login: str) -> Iterator[dict[str, Any]]:
    """What the page of who waits hears."""
    url = f"{platform.settings.hub_internal}{platform.settings.hub_base}hub/api/users/{login}/server/progress"
    with requests.get(url, headers=ADMIN, stream=True, timeout=60) as answer:
        for row in answer.iter_lines():
            if row.startswith(b"data:"):
                yield json.loads(row[5:])


def test_the_page_of_who_waits_says_how_many_come_before_and_goes_in_by_itself(small: Platform) -> None:
    small.open_room(FIRST)
    for login in (SECOND, THIRD):
        assert small.sign_in(login).status_code == 302
        assert small.api("POST", f"/users/{login}/server").status_code == 202
    third = next(event for event in told(small, THIRD) if event.get("waiting"))
    assert "您前面还有 1 人" in third["message"]
    events = told(small, SECOND)
    assert "下一个就是您" in next(event for event in events if event.get("waiting"))["message"]
    assert small.api("DELETE", f"/users/{FIRST}/server").status_code in (202, 204)
    assert [event for event in events if event.get("ready")]
    assert small.ready_room(SECOND)
    assert not small.ready_room(THIRD)


def test_rooms_that_outlived_the_hub_are_counted_by_the_next_one(small: Platform) -> None:
    hub = small.pid("hub")
    os.kill(hub, signal.SIGKILL)
    until(lambda: small.pid("hub") != hub and small.well(), 60)
    assert until(lambda: small.ready_room(SECOND), 30)
    assert small.api("POST", f"/users/{THIRD}/server").status_code == 202
    assert next(event for event in told(small, THIRD) if event.get("waiting"))
    time.sleep(1)
    assert not small.ready_room(THIRD)
