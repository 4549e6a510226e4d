"""The one Voilà service for all viewers: ``python -m dashboards.service``, behind the portal's login.

It is told where it stands by environment variables; nothing else of the house is read:

=========================  =============================================================================
BOARDS_PORT                port on 127.0.0.1
BOARDS_BASE                path it is served under, with both slashes: ``/``, or ``/boards/`` behind an IP
BOARDS_PUBLIC_URL          where browsers reach it; the callback ``{BOARDS_PUBLIC_URL}/oidc/callback`` must
                           be the one that the portal has registered
BOARDS_PORTAL_INTERNAL     the portal on this machine: token, userinfo, and the API that boards read
BOARDS_PORTAL_PUBLIC       the portal for browsers
BOARDS_HUB_LOGOUT_URL      where ``/logout`` sends a browser on to
BOARDS_CLIENT_SECRET       the secret of the OpenID Connect client ``boards``
BOARDS_COOKIE_SECRET       signs the cookie of a login that has begun
BOARDS_MAX_KERNELS         may be left out: kernels at once for all viewers, 24
BOARDS_IDLE_SECONDS        may be left out: a kernel that nobody touches goes after this, 300
=========================  =============================================================================

Voilà renders; which addresses exist, who may see them and what runs behind them is decided here.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

from jupyter_core.utils import run_sync
from tornado.ioloop import PeriodicCallback
from tornado.log import app_log
from traitlets.config import Config
from voila.app import Voila

from dashboards import assets, handlers
from dashboards.environment import (
    BOARDS,
    HERE,
    WATCH_SECONDS,
    Environment,
    for_kernel,
    forget_secrets,
    load,
)
from dashboards.identity import PortalIdentity, viewer_of
from dashboards.kernels import BoardKernels, BoardKernelSpecs
from dashboards.pages import Front, Health, Missing, headers
from dashboards.portal_login import PortalAway
from dashboards.sessions import Sessions
from zygote.kernels import mother
from zygote.kernels.provisioner import NAME, Nursery

_CULL_EVERY = 30
EXTENSIONS = (
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
)  # all that widgets need


class Boards(Voila):
    """Voilà with our routes instead of its own."""

    boards_env: Environment

    def init_settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = super().init_settings()
        env = self.boards_env
        kernels: BoardKernels = self.kernel_manager
        kernels.env = env
        sessions = Sessions(env)
        sessions.on_end = kernels.stop_of
        self.boards_sessions = sessions
        return settings | {
            "boards_env": env,
            "boards_sessions": sessions,
            "boards_resources": self.voila_configuration.resources["luojiao"],
            "headers": headers(env),
            "cookie_secret": env.cookie_secret,
            "login_url": f"{env.base}login",
            "default_handler_class": Missing,
            "compress_response": True,
            "websocket_compression_options": {},
            "websocket_max_message_size": 2**20,
        }

    def init_handlers(self) -> list[Any]:
        base = self.base_url
        return [
            (rf"{base}healthz", Health),
            (base, Front),
            (rf"{base}static/([0-9a-f]+)/([a-z]+)/(.+)", assets.Asset, {"shelf": assets.shelf()}),
            *self.identity_provider.get_handlers(),
            *handlers.routes(base, self._page()),
        ]

    def _page(self) -> dict[str, Any]:
        return {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }

    def listen(self) -> None:
        watch = PeriodicCallback(self._watch, WATCH_SECONDS * 1000)
        watch.start()
        super().listen()

    def stop(self) -> None:
        """Kernels first: one that still runs would put its folder back."""
        run_sync(self.kernel_manager.shutdown_all)(now=True)
        super().stop()

    async def _watch(self) -> None:
        """End what runs for viewers who have signed out; stop kernels that nobody looks at."""
        kernels: BoardKernels = self.kernel_manager
        for key in {owned.viewer for owned in kernels.owned.values()}:
            try:
                await self.boards_sessions.check(key)
            except PortalAway:
                app_log.warning("the portal does not answer; a viewer's session was ended")
        await kernels.sweep()
        Nursery.ready()  # a mother of kernels that has ended is replaced before the next page


def _signed(handler: Any, notebook: Any, cwd: str) -> None:
    """Called by Voilà before a kernel is started: put the viewer's name on the page."""
    notebook.metadata["viewer"] = viewer_of(handler).name


def _paths(page_config: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Called by Voilà for each page: fetch scripts from the addresses that can be kept."""
    static = f"{page_config['baseUrl']}static/{assets.shelf().edition}"
    return page_config | {
        "fullStaticUrl": f"{static}/voila",
        "fullLabextensionsUrl": f"{static}/labextensions",
        "mathjaxConfig": "none",
        "fullMathjaxUrl": f"{static}/own/none.js",  # a plug-in insists; boards show no formulas
    }


def configuration(env: Environment) -> Config:
    """How Voilà is set up."""
    c = Config()
    c.Voila.port, c.Voila.ip, c.Voila.port_retries = env.port, "127.0.0.1", 0
    c.Voila.base_url = env.base
    c.Voila.root_dir = str(HERE / "boards")
    c.Voila.open_browser = False
    c.Voila.config_file_paths = []  # nothing that lies about on the machine changes what is served
    c.NotebookNotary.db_file, c.NotebookNotary.secret = (
        ":memory:",
        os.urandom(32),
    )  # nothing is written at home
    c.Voila.identity_provider_class = PortalIdentity
    v = c.VoilaConfiguration
    v.template = "luojiao"
    v.allow_template_override = v.allow_theme_override = "NO"
    v.strip_sources, v.show_tracebacks = True, False
    v.http_keep_alive_timeout = 600  # its heartbeat is an inline script, which our policy forbids
    v.extension_allowlist = list(EXTENSIONS)
    v.multi_kernel_manager_class, v.kernel_spec_manager_class = BoardKernels, BoardKernelSpecs
    v.prelaunch_hook, v.page_config_hook = _signed, _paths
    v.resources = {
        "luojiao": {
            "static": f"{env.base}static/{assets.shelf().edition}",
            "portal": env.portal_public,
            "boards": dict(BOARDS),
        }
    }
    every = min(_CULL_EVERY, env.idle_seconds // 3)
    c.AsyncMappingKernelManager.cull_idle_timeout = env.idle_seconds - every
    c.AsyncMappingKernelManager.cull_interval = every
    c.AsyncMappingKernelManager.cull_connected = True
    c.AsyncMappingKernelManager.buffer_offline_messages = False
    c.KernelManager.transport = (
        "ipc"  # sockets in a folder of our own, which no other user of the machine enters
    )
    c.KernelProvisionerFactory.default_provisioner_name = NAME
    c.KernelManager.autorestart = False  # a restarted kernel would have no board in it
    return c


def main() -> None:
    """Serve until asked to stop."""
    env = load(os.environ)
    forget_secrets(os.environ)
    os.environ["JUPYTER_PATH"] = str(HERE / "template")  # Jupyter's own search finds our template there
    asyncio.set_event_loop(asyncio.new_event_loop())
    # All that a kernel's mother is told; what a viewer's kernel is told comes with each.
    told = for_kernel(os.environ, env.portal_internal, "")
    Nursery.again = lambda: mother.launch("dashboards.kernel", told)
    Nursery.ready()
    service = Boards(config=configuration(env))
    service.boards_env = env
    service.initialize([])
    assets.shelf().pack_ahead()
    service.start()


if __name__ == "__main__":
    main()
