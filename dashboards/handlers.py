"""What a viewer may reach of Voilà: the page of a board, and the websocket of the kernel that was started for it."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.handlers import KernelHandler
from tornado import web
from tornado.iostream import StreamClosedError
from tornado.log import app_log
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from dashboards.environment import BOARDS, RENDER_SECONDS
from dashboards.identity import COOKIE, PortalIdentity, viewer_of
from dashboards.kernels import BoardKernels, Full
from dashboards.pages import SENTENCES, Clothed

WIDGET = "application/vnd.jupyter.widget-view+json"


class Board(Clothed, TornadoVoilaHandler):
    """/NAME: one board, for one viewer, in a kernel of their own. No other notebook and no other file is served."""

    kernel_manager: BoardKernels

    def get_login_url(self) -> str:
        return f"{self.env.base}login"

    @web.authenticated
    async def get(self, path: str | None = None) -> None:
        if path not in BOARDS:
            raise web.HTTPError(404)
        self.request.arguments.clear()  # a board takes nothing from its address; Voilà would take a template
        self.request.query_arguments.clear()
        try:
            async with self.kernel_manager.opening(viewer_of(self)) as page:
                complete = await self._send(f"{path}.ipynb")
                if not complete and page.kernel_id:
                    await self.kernel_manager.stop(page.kernel_id)
        except Full:
            self.set_header("Retry-After", "60")
            self.sentence(503, SENTENCES[503], again=self.request.path)

    async def _send(self, notebook: str) -> bool:
        """Stream the page; True where it has widgets, so that its kernel is still needed."""
        live = False
        try:
            async with asyncio.timeout(RENDER_SECONDS):
                async for html in self.get_generator(path=notebook):
                    live = live or WIDGET in html
                    if not self._headers_written:
                        self.set_header("Content-Type", "text/html; charset=utf-8")
                        self.set_header("Cache-Control", "no-store")
                    self.write(html)
                    await self.flush()
        except TimeoutError:
            app_log.error("board %s took longer than %s s", notebook, RENDER_SECONDS)
            self.write('<p class="notice bad">看板打开超时，请稍后刷新再试。</p>')
            return False
        except StreamClosedError:
            return False  # the viewer left
        return live


class OwnKernel(KernelHandler):
    """/api/kernels/ID: that the kernel of one's own page is there; nothing can be done to it."""

    SUPPORTED_METHODS = ("GET",)
    kernel_manager: BoardKernels

    @web.authenticated
    async def get(self, kernel_id: str) -> None:
        if not self.kernel_manager.belongs(kernel_id, viewer_of(self)):
            raise web.HTTPError(404)
        await ensure_async(super().get(kernel_id))

    def get_login_url(self) -> str:
        raise web.HTTPError(403)


class Channels(VoilaKernelWebsocketHandler):
    """/api/kernels/ID/channels: widgets' messages to and from one's own kernel. Voilà drops all that would run code."""

    kernel_manager: BoardKernels

    async def pre_get(self) -> None:
        if not self.kernel_manager.belongs(self.kernel_id, viewer_of(self)):
            raise web.HTTPError(404)
        await super().pre_get()

    async def open(self, kernel_id: str) -> None:
        if not self.kernel_manager.belongs(kernel_id, viewer_of(self)):
            self.close(4000, "asleep")
            return
        self.kernel_manager.attach(kernel_id, self)
        await super().open(kernel_id)

    def on_message(self, ws_message: str | bytes) -> None:
        if self.connection is not None:
            super().on_message(ws_message)

    def on_close(self) -> None:
        self.kernel_manager.detach(self.kernel_id, self)
        if self.connection is not None:
            super().on_close()


class Leave(Clothed):
    """/voila/api/shutdown/ID: the page's beacon as it closes. Own kernel only, from our own pages only."""

    async def post(self, kernel_id: str) -> None:
        origin = self.request.headers.get("Origin", "")
        if urlsplit(origin).netloc != self.request.host or not self.get_cookie(COOKIE):
            raise web.HTTPError(403)
        identity: PortalIdentity = self.settings["identity_provider"]
        kernels: BoardKernels = self.settings["kernel_manager"]
        if await identity.get_user(self) is None or not kernels.belongs(kernel_id, viewer_of(self)):
            raise web.HTTPError(404)
        await kernels.stop(kernel_id)
        self.set_status(204)


def routes(base: str, page: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The addresses of this module under ``base``; ``page`` is what Voilà wants to know of its template."""
    kernel = r"(?P<kernel_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    return [
        (rf"{base}(?P<path>[a-z-]+)", Board, page),
        (rf"{base}api/kernels/{kernel}", OwnKernel),
        (rf"{base}api/kernels/{kernel}/channels", Channels),
        (rf"{base}voila/api/shutdown/{kernel}", Leave),
    ]
