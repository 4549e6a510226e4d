"""What every answer of the service wears: security headers, and a page in Chinese where something is refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tornado import web

from dashboards.environment import Environment

SENTENCES = {
    400: "请求的内容不对，请从门户重新打开。",
    403: "这项操作不在您的权限范围内。",
    404: "没有这个页面。",
    405: "没有这个操作。",
    503: "现在打开看板的人太多，请过一两分钟再试。",
}
FAULT = "看板服务出了点问题，已经记录，请稍后再试。"


def policy(env: Environment) -> str:
    """The Content-Security-Policy of every page; each exception with its reason.

    style 'unsafe-inline': JupyterLab's widgets and plotly put style elements into the page.
    img data: and blob: icons of the widget manager are data addresses, plotly draws its text sizes on such images.
    font data: the widget manager's icon font is inlined in its style sheet.
    connect ws: older Safari does not count the websocket of the same host as 'self'.
    No inline script and no eval anywhere.
    """
    host = urlsplit(env.public_url)
    socket = f"{'wss' if host.scheme == 'https' else 'ws'}://{host.netloc}"
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self' {socket}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def headers(env: Environment) -> dict[str, str]:
    """The headers of every answer."""
    return {
        "Content-Security-Policy": policy(env),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


class Clothed(web.RequestHandler):
    """A handler whose refusals are pages of ours; mixed in before Jupyter's own handlers too."""

    @property
    def env(self) -> Environment:
        found: Environment = self.settings["boards_env"]
        return found

    def set_default_headers(self) -> None:
        for name, value in headers(self.env).items():
            self.set_header(name, value)
        self.clear_header("Server")

    def sentence(self, status: int, text: str = "", again: str = "") -> None:
        """Answer with one sentence and a way on; ``again`` is an address of ours to try once more."""
        self.set_status(status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        page = self.settings["voila_jinja2_env"].get_template("sentence.html.j2")
        self.finish(
            page.render(
                title="看板",
                text=text or SENTENCES.get(status, FAULT),
                again=again,
                resources={"luojiao": self.settings["boards_resources"]},
                viewer="",
            )
        )

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.sentence(status_code)


class Health(Clothed):
    """/healthz: for the supervisor."""

    def get(self) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish("ok\n")


class Front(Clothed):
    """/: there is no list of files here; the portal knows which board is for whom."""

    def get(self) -> None:
        self.redirect(f"{self.env.portal_public}/")


class Missing(Clothed):
    """Any address that is not served."""

    def prepare(self) -> None:
        raise web.HTTPError(404)
