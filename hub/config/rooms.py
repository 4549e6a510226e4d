"""What a room is: whose code starts it, how it is walled, what it is told."""

import logging as log
from threading import Thread
from typing import Any

from jupyterhub.app import JupyterHub

from hub.assets.shelf import edition
from hub.settings import Settings
from hub.spawning import doors
from hub.spawning.house import House, note_trouble
from hub.spawning.line import places
from hub.spawning.rooms import RoomSpawner
from hub.spawning.walls import template_spec
from zygote.errors import TemplateBroken, WallsMissing


def decide(c: Any, settings: Settings) -> None:
    c.JupyterHub.spawner_class = RoomSpawner
    c.RoomSpawner.homes_dir = str(settings.homes_dir)
    c.RoomSpawner.run_dir = str(settings.run_dir)
    c.RoomSpawner.logs_dir = str(settings.logs_dir / "rooms")
    c.RoomSpawner.first_uid = settings.sandbox_uid
    c.RoomSpawner.portal = settings.portal_internal
    c.RoomSpawner.assets = f"{settings.assets}/assets/{edition()}"
    c.RoomSpawner.resting = f"{settings.address}/resting"
    c.RoomSpawner.idle_seconds = settings.idle_minutes * 60
    c.RoomSpawner.memory_mb = settings.room_memory_mb
    c.RoomSpawner.disk_mb = settings.room_disk_mb
    c.RoomSpawner.processes = settings.room_processes
    c.RoomSpawner.way = settings.rooms
    House.line.most = settings.rooms_at_once or places(settings.rooms)

    # Seconds until a dead room is noticed; to look costs a tenth of a millisecond.
    c.Spawner.poll_interval = 5
    # A room outlives the Hub: after a restart the Hub finds it again. `luojiao down` ends it.
    c.JupyterHub.cleanup_servers = False
    # One room a person.
    c.JupyterHub.allow_named_servers = False
    # Ending the Hub session leaves the work in the room running; the culler ends it when it is idle.
    c.JupyterHub.shutdown_on_logout = False
    c.JupyterHub.default_url = "/hub/spawn"
    c.JupyterHub.implicit_spawn_seconds = 0

    if settings.rooms == "warm" and JupyterHub.initialized():  # not where the file is merely read
        Thread(target=_warm_up, args=(settings,), daemon=True).start()


def _warm_up(settings: Settings) -> None:
    """The template takes seconds to prepare: begin before the first learner comes."""
    trouble = ""
    try:
        House.try_walls()
        settings.homes_dir.mkdir(parents=True, exist_ok=True)
        House.warm.template(template_spec(settings.homes_dir, doors.folder(settings.run_dir)))
    except (TemplateBroken, WallsMissing) as error:
        trouble = str(error)
        log.getLogger().error("Rooms will not start: %s", error)
    note_trouble(settings.run_dir, trouble)
