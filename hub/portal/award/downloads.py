"""Files that strangers uploaded, given out so that they can do nothing in our origin: saved, never shown."""

from __future__ import annotations

from urllib.parse import quote

from hub.journey.award.pieces import Download
from hub.portal.base import Page


def give(page: Page, file: Download) -> None:
    """Answer with a file to be saved under the name that we made up for it."""
    ascii_name = file.name.encode("ascii", "ignore").decode().replace('"', "")
    page.set_header("Content-Type", file.media)
    page.set_header("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
    page.set_header(
        "Content-Disposition", f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(file.name)}"
    )
    page.finish(file.data)
