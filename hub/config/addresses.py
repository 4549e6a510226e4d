"""Where the Hub listens, under which names browsers find it, and what the proxy sends to whom."""

from typing import Any
from urllib.parse import urlsplit

from hub.settings import Settings
from hub.spawning.rooms import PAGES


def decide(c: Any, settings: Settings) -> None:
    c.JupyterHub.bind_url = f"http://{settings.bind}:{settings.port}{settings.hub_base}"
    c.JupyterHub.hub_bind_url = settings.hub_internal
    # Rooms find the Hub on this machine, never by its public name.
    c.JupyterHub.hub_connect_url = settings.hub_internal

    # The proxy is a process of its own: the portal is reachable while the Hub restarts.
    c.ConfigurableHTTPProxy.should_start = False
    c.ConfigurableHTTPProxy.api_url = settings.proxy_api
    c.JupyterHub.cleanup_proxy = False
    # With a proxy that the Hub did not start, this is how often lost routes are put back. Seconds.
    c.JupyterHub.last_activity_interval = 10

    c.JupyterHub.template_paths = [str(PAGES)]
    c.JupyterHub.template_vars = {"portal": settings.address}

    if settings.host_mode:
        # Every room has an origin of its own: <login>.hub.<domain>.
        c.JupyterHub.subdomain_host = settings.hub_url
        # Not "/", which is the default: what no route claims belongs to the portal.
        c.JupyterHub.hub_routespec = f"{_host(settings.hub_url)}/"
        c.Proxy.extra_routes = {
            f"{_host(settings.address)}/": settings.portal_internal,
            f"{_host(settings.boards_url)}/": settings.boards_internal,
        }
    else:
        c.JupyterHub.public_url = f"{settings.hub_url}/"
        c.Proxy.extra_routes = {settings.boards_base: settings.boards_internal}


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
