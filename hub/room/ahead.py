"""A lesson's kernel starts while its page is still on the line: a browser asks for one only when it has drawn the notebook."""

# mypy: disable-error-code="no-untyped-call"
# jupyter_server carries no complete types.

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from jupyter_core.utils import ensure_async
from tornado import web
from tornado.log import app_log

_starting: dict[str, asyncio.Task[None]] = {}  # by path: a page may be asked for twice


def start(settings: Mapping[str, Any], path: str) -> None:
    """Have a session for the notebook at ``path`` (as its page's address names it) unless it has one."""
    path = path.strip("/")
    if path not in _starting:
        _starting[path] = asyncio.ensure_future(_start(settings, path))


async def _start(settings: Mapping[str, Any], path: str) -> None:
    sessions = settings["session_manager"]
    try:
        if not await sessions.session_exists(path=path) and (kernel := await _kernel(settings, path)):
            name = path.rpartition("/")[2]
            await sessions.create_session(path=path, name=name, type="notebook", kernel_name=kernel)
    except Exception as error:
        # Nothing is lost: the browser asks for a kernel as ever, and is told what is wrong.
        app_log.warning("No kernel was started ahead: %s", error)
    finally:
        _starting.pop(path, None)


async def _kernel(settings: Mapping[str, Any], path: str) -> str | None:
    """The kernel that the notebook names and the room has; None where there is no such notebook."""
    try:
        model = await ensure_async(settings["contents_manager"].get(path, content=True, type="notebook"))
    except web.HTTPError:
        return None
    named = model["content"]["metadata"].get("kernelspec", {}).get("name")
    known = settings["kernel_spec_manager"].find_kernel_specs()
    return named if named in known else None
