"""How much at once, and how long to wait: a class of forty opens its lesson in the same minute."""

from typing import Any

from hub.settings import Settings


def decide(c: Any, settings: Settings) -> None:
    # Who finds all rooms taken waits in line (hub.spawning.line), at a page that moves on by itself: no other limit.
    c.JupyterHub.concurrent_spawn_limit = 0
    c.Spawner.start_timeout = 4 * 3600  # the time in line counts; whoever leaves its page is let go
    c.Spawner.http_timeout = 90
    # Rooms that were alive are looked at while the Hub already answers. Seconds.
    c.JupyterHub.init_spawners_timeout = 5
    c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 3}
