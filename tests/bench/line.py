"""A browser's page on a thin line: what it moves, what asked for what, when a lesson can be read and when it can be run."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

_PATIENCE = 180_000  # milliseconds
_BINARY = 2  # opcode of a frame that is not text
_CELL = ".jp-Notebook .jp-Cell:visible"
_IDLE = ".jp-Notebook-ExecutionIndicator[data-status='idle']:visible"


@dataclass
class Asked:
    """One request of a page."""

    url: str
    method: str
    because_of: str  # address of what asked for it, "" for the page itself
    status: int = 0
    moved: int = 0  # bytes over the line, heads included; 0 from the browser's own cache
    ended: bool = False


@dataclass
class Opening:
    """How a lesson or a board opened."""

    seen: float  # seconds until the first cell is on the screen
    ready: float  # seconds until its kernel waits for work: the page says so, and the kernel has answered the page
    moved: int  # bytes until the page is quiet
    asked: list[Asked] = field(default_factory=list)


class Line:
    """Chromium's own emulation of a line, and its own count of what went over it."""

    def __init__(self, page: Page, mbit: float, delay_ms: float) -> None:
        self.page = page
        self._asked: dict[str, Asked] = {}
        self._passed: list[Asked] = []  # redirects, whose number the next request takes over
        self._spoken = (
            0  # bytes on websockets, before they are packed: the browser does not tell what they packed to
        )
        self._first = self._heard = (
            0.0  # the browser's clock: when the page was asked for, when its kernel answered it
        )
        told = page.context.new_cdp_session(page)
        told.send("Network.enable")
        if mbit:
            speed = mbit * 1e6 / 8
            told.send(
                "Network.emulateNetworkConditions",
                {
                    "offline": False,
                    "latency": delay_ms,
                    "downloadThroughput": speed,
                    "uploadThroughput": speed,
                },
            )
        told.on("Network.requestWillBeSent", self._begins)
        told.on("Network.responseReceived", self._answered)
        told.on("Network.loadingFinished", self._ends)
        told.on("Network.webSocketFrameReceived", self._speaks)
        told.on("Network.webSocketFrameSent", self._speaks)

    def _begins(self, event: dict[str, Any]) -> None:
        key, why = event["requestId"], event["initiator"]
        frames = why.get("stack", {}).get("callFrames", [])
        cause = why.get("url") or (frames[-1]["url"] if frames else "")
        if key in self._asked and "redirectResponse" in event:
            before = self._asked.pop(key)
            before.status = event["redirectResponse"]["status"]
            before.moved, before.ended = int(event["redirectResponse"]["encodedDataLength"]), True
            self._passed.append(before)
        self._first = self._first or event["timestamp"]
        self._asked[key] = Asked(event["request"]["url"], event["request"]["method"], cause)

    def _answered(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._asked:
            self._asked[event["requestId"]].status = event["response"]["status"]

    def _ends(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._asked:
            one = self._asked[event["requestId"]]
            one.moved, one.ended = int(event["encodedDataLength"]), True

    def _speaks(self, event: dict[str, Any]) -> None:
        told, data = event["response"], event["response"]["payloadData"]
        frame = base64.b64decode(data) if told["opcode"] == _BINARY else data.encode()
        self._spoken += len(frame)
        if not self._heard and b"kernel_info_reply" in frame:
            self._heard = event["timestamp"]

    def opens(self, url: str, seen: str = _CELL, ready: str = _IDLE) -> Opening:
        """Go there and wait for the two marks, then until nothing moves any more."""
        began = time.perf_counter()
        self.page.goto(url, wait_until="commit", timeout=_PATIENCE)
        self.page.locator(seen).first.wait_for(timeout=_PATIENCE)
        at_first = time.perf_counter() - began
        self.page.locator(ready).first.wait_for(timeout=_PATIENCE)
        at_last = time.perf_counter() - began
        self.page.wait_for_load_state("networkidle", timeout=_PATIENCE)
        if self._heard:  # a page says "idle" before it has heard of its kernel
            at_last = max(at_last, self._heard - self._first)
        asked = [*self._passed, *self._asked.values()]
        return Opening(at_first, at_last, sum(one.moved for one in asked) + self._spoken, asked)


def script(opening: Opening) -> list[dict[str, Any]]:
    """What a page fetched as data for a replay: ``url``, and ``after``: number of the one that asked for it, -1 for none.

    Without redirects, without what was written (a kernel's start), without what came from a cache.
    """
    kept = [one for one in opening.asked if one.method == "GET" and one.status == 200 and one.moved]
    kept = [one for one in kept if urlsplit(one.url).scheme in ("http", "https")]
    places: dict[str, int] = {}
    rows: list[dict[str, Any]] = []
    for number, one in enumerate(kept):
        rows.append({"url": one.url, "after": places.get(one.because_of, 0 if number else -1)})
        places.setdefault(one.url, number)
    return rows
