"""How much at once, and how long to wait: a class of forty opens its lesson in the same minute."""

from typing import Any

from hub.settings import Settings


def decide(c: Any, settings: Settings) -> None:
    # Beyond this the Hub asks the browser to try again shortly, which it does by itself.
    c.JupyterHub.concurrent_spawn_limit = 40
    c.Spawner.start_timeout = 120
    c.Spawner.http_timeout = 90
    # Rooms that were alive are looked at while the Hub already answers. Seconds.
    c.JupyterHub.init_spawners_timeout = 5
    c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 3}
