"""Who is looking: one viewer a browser session, known by a random cookie, asked for again at the portal every few seconds."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from dashboards.environment import CHECK_SECONDS, Environment
from dashboards.portal_login import PortalAway, SignedOut, Token, who

PATIENCE_SECONDS = 15  # a portal that is away for longer ends what it vouched for
MAX_VIEWERS = 20_000


@dataclass
class Viewer:
    """One signed-in browser. ``key`` is a digest of its cookie; the token never leaves this process but to its own kernels."""

    key: str
    uid: str
    login: str
    name: str
    roles: tuple[str, ...]
    token: str = field(repr=False)
    ends: float  # on the monotonic clock
    checked: float
    asking: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)


class Sessions:
    """All viewers, in memory: after a restart each browser is sent through the portal once, unasked."""

    def __init__(self, env: Environment, clock: Callable[[], float] = time.monotonic) -> None:
        self._env, self._clock = env, clock
        self._viewers: dict[str, Viewer] = {}
        self.on_end: Callable[[str], Awaitable[None]] | None = (
            None  # called with the key of a session that ended
        )

    def begin(self, token: Token, about: dict[str, Any]) -> str:
        """Keep a viewer; the secret that is returned goes into the browser's cookie and is stored nowhere."""
        secret = secrets.token_urlsafe(32)
        now = self._clock()
        for key in [k for k, v in self._viewers.items() if v.ends <= now]:
            del self._viewers[key]
        if len(self._viewers) >= MAX_VIEWERS:
            del self._viewers[min(self._viewers, key=lambda k: self._viewers[k].ends)]
        viewer = Viewer(
            key=_digest(secret),
            uid=str(about["sub"]),
            login=str(about.get("preferred_username", "")),
            name=str(about.get("name", "")),
            roles=tuple(about.get("roles", ())),
            token=token.value,
            ends=now + token.seconds,
            checked=now,
        )
        self._viewers[viewer.key] = viewer
        return secret

    async def of(self, secret: str) -> Viewer | None:
        """The viewer whose cookie this is, or None. Raises PortalAway where the portal cannot say."""
        return await self.check(_digest(secret))

    async def check(self, key: str) -> Viewer | None:
        """The viewer, if their session still lives at the portal; its word is good for CHECK_SECONDS."""
        viewer = self._viewers.get(key)
        if viewer is None:
            return None
        if self._clock() >= viewer.ends:
            await self.end(key)
            return None
        async with viewer.asking:
            if self._clock() - viewer.checked >= CHECK_SECONDS and not await self._ask(viewer):
                return None
        return self._viewers.get(key)

    async def _ask(self, viewer: Viewer) -> bool:
        asked = self._clock()
        try:
            about = await who(self._env, viewer.token)
        except SignedOut:
            await self.end(viewer.key)
            return False
        except PortalAway:
            if self._clock() - viewer.checked < PATIENCE_SECONDS:
                return True  # a portal that restarts signs nobody out
            await self.end(viewer.key)
            raise
        if about.get("sub") != viewer.uid:
            await self.end(viewer.key)
            return False
        viewer.roles, viewer.checked = tuple(about.get("roles", ())), asked
        return True

    async def end(self, key: str) -> None:
        """Forget a viewer and whatever runs for them."""
        self._viewers.pop(key, None)
        if self.on_end:
            await self.on_end(key)

    async def end_by_cookie(self, secret: str) -> None:
        """Forget the viewer whose cookie this is."""
        await self.end(_digest(secret))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
