"""The Hub's end of the rooms' doors: unix sockets in one folder, each leading to one of the house's own addresses."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from urllib.parse import urlsplit

_PIECE = 65536
HUB, PORTAL = "hub", "portal"


def folder(run_dir: Path) -> Path:
    """Where the sockets lie; rooms see this folder and nothing beside it."""
    place = run_dir / "doors"
    place.mkdir(mode=0o755, parents=True, exist_ok=True)
    place.chmod(0o755)
    return place


async def open_door(place: Path, address: str) -> asyncio.Server:
    """Pass on whoever knocks at ``place`` to ``address``. A socket left over from an earlier Hub is replaced."""
    target = urlsplit(address)

    async def pass_on(near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        try:
            far_in, far_out = await asyncio.open_connection(target.hostname, target.port)
        except OSError:
            near_out.close()
            return
        await asyncio.gather(_copy(near_in, far_out), _copy(far_in, near_out))
        for writer in (near_out, far_out):
            writer.close()

    aside = place.with_name(f".{place.name}")
    aside.unlink(missing_ok=True)
    server = await asyncio.start_unix_server(pass_on, aside, backlog=128)
    aside.chmod(0o666)  # rooms run as many different accounts
    aside.replace(place)
    return server


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await source.read(_PIECE):
            target.write(piece)
            await target.drain()
    with contextlib.suppress(OSError):
        if target.can_write_eof():
            target.write_eof()
