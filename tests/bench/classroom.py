"""Fetch what a class fetches, all learners at once: ``python -m tests.bench.classroom`` reads its task as JSON and prints what it saw.

Task: ``{"learners": [[{"url": ..., "after": ...}, ...], ...], "token": ..., "proxy": ... or null}``. Each learner has six
connections, as a browser has, and asks for a file when that which names it has come.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from contextlib import suppress
from typing import Any

import httpx

_CONNECTIONS = 6
_PATIENCE = 3600  # seconds for a connection of the own six
_SILENCE = 60  # seconds without a byte, after which somebody presses "reload"
_TRIES = 5
# Over plain HTTP browsers offer no brotli, and only plain HTTP can be kept by a cache on the way.
_HEAD = {"Accept-Encoding": "gzip, deflate"}


async def learner(rows: list[dict[str, Any]], token: str, proxy: str | None) -> tuple[float, int, int]:
    """(seconds until the last file has come, bytes of bodies, how many did not come)."""
    began = time.perf_counter()
    came = [asyncio.Event() for _ in rows]
    moved, failed = 0, 0
    limits = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
    async with httpx.AsyncClient(
        proxy=proxy, limits=limits, timeout=httpx.Timeout(_PATIENCE, read=_SILENCE), trust_env=False
    ) as client:

        async def comes(url: str, head: dict[str, str]) -> bool:
            """Whether it came; again where a connection was closed before the request arrived, as a browser does, or fell silent."""
            nonlocal moved
            for _ in range(_TRIES):
                with suppress(httpx.HTTPError):
                    async with client.stream("GET", url, headers=head) as answer:
                        async for piece in answer.aiter_raw():
                            moved += len(piece)
                        return answer.status_code == 200
            return False

        async def fetch(number: int, row: dict[str, Any]) -> None:
            nonlocal moved, failed
            if row["after"] >= 0:
                await came[row["after"]].wait()
            head = _HEAD | ({"Authorization": f"token {token}"} if "/user/" in row["url"] else {})
            failed += not await comes(row["url"], head)
            came[number].set()

        await asyncio.gather(*(fetch(number, row) for number, row in enumerate(rows)))
    return time.perf_counter() - began, moved, failed


async def main() -> None:
    task = json.load(sys.stdin)
    told = await asyncio.gather(*(learner(rows, task["token"], task["proxy"]) for rows in task["learners"]))
    seconds = [one[0] for one in told]
    seen = {"seconds": round(max(seconds), 1), "median": round(statistics.median(seconds), 1)}
    sys.stdout.write(json.dumps(seen | {"bytes": sum(o[1] for o in told), "failed": sum(o[2] for o in told)}))


if __name__ == "__main__":
    asyncio.run(main())
