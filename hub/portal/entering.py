"""What the pages have in common by which somebody comes in: the session's cookie, and where to go on."""

from __future__ import annotations

from urllib.parse import urlsplit

from hub.portal.base import COOKIE, Page


class Entering(Page):
    """A page that ends with somebody being in."""

    def after(self) -> str:
        """Where to go on once somebody is in: only to a path of our own, never to another host."""
        target = self.get_argument("next", "/")
        parts = urlsplit(target)
        own = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc
        return target if own and "\\" not in target else "/"

    def sign_in(self, secret: str) -> None:
        """Give the browser its session."""
        https = self.portal.settings.address.startswith("https")
        self.set_cookie(COOKIE, secret, httponly=True, samesite="lax", secure=https)
