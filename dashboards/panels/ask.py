"""Asking the portal so that a no, or a fault of ours, becomes a sentence on the page and never a traceback."""

from __future__ import annotations

import os
import secrets
import sys
import traceback
from collections.abc import Callable

from dashboards.panels.html import esc
from hub.client import PortalError

NEXT = {
    "access.denied": "这个看板给有相应职责的人员使用。如果您应当能看到，请联系学校或教育局的管理员核对角色。",
    "auth.token": "登录已过期，刷新页面即可重新登录。",
    "auth.required": "登录已过期，刷新页面即可重新登录。",
    "portal.unreachable": "数据没有丢，过一会儿刷新页面即可。",
}


def portal(path: str) -> str:
    """A page of the portal, for links."""
    return os.environ.get("BOARDS_PORTAL_PUBLIC", "") + path


def refusal(error: PortalError) -> str:
    """Why not, and what next."""
    more = NEXT.get(error.code, "")
    return (
        f'<div class="notice bad" role="alert"><b>{esc(error.message)}</b>{f"<br>{esc(more)}" if more else ""} '
        f"<code>{esc(error.code)}</code></div>"
    )


def told(make: Callable[[], str]) -> str:
    """The HTML that ``make`` returns, or a sentence in its place."""
    try:
        return make()
    except PortalError as error:
        return refusal(error)
    except Exception:
        reference = secrets.token_hex(4)
        print(f"board fault {reference}\n{traceback.format_exc()}", file=sys.__stderr__, flush=True)
        return (
            f'<div class="notice bad" role="alert"><b>看板出了点问题，已经记录（编号 {reference}）。</b>'
            "<br>请稍后刷新；如果一直这样，请把编号告诉技术人员。</div>"
        )
