"""What a room is: whose code starts it, how it is walled, what it is told."""

from typing import Any

from hub.settings import Settings
from hub.spawning.rooms import RoomSpawner


def decide(c: Any, settings: Settings) -> None:
    c.JupyterHub.spawner_class = RoomSpawner
    c.RoomSpawner.homes_dir = str(settings.homes_dir)
    c.RoomSpawner.run_dir = str(settings.run_dir / "rooms")
    c.RoomSpawner.logs_dir = str(settings.logs_dir / "rooms")
    c.RoomSpawner.first_uid = settings.sandbox_uid
    c.RoomSpawner.portal = settings.portal_internal
    c.RoomSpawner.idle_seconds = settings.idle_minutes * 60

    # A room outlives the Hub: after a restart the Hub finds it again. `luojiao down` ends it.
    c.JupyterHub.cleanup_servers = False
    # One room a person.
    c.JupyterHub.allow_named_servers = False
    # Ending the Hub session leaves the work in the room running; the culler ends it when it is idle.
    c.JupyterHub.shutdown_on_logout = False
    c.JupyterHub.default_url = "/hub/spawn"
    c.JupyterHub.implicit_spawn_seconds = 0
