"""Every room's Jupyter server; a learner's own configuration files are not read."""

import os

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - Jupyter puts it here

# A lesson goes over a thin line: pages are packed, and what they are made of comes from one address for everybody.
c.ServerApp.tornado_settings = {
    "compress_response": True,
    # What kernels say, too: a figure is half a megabyte of text. The least memory that still packs well: 0.15 MB a notebook.
    "websocket_compression_options": {"compression_level": 6, "mem_level": 5},
}
c.JupyterNotebookApp.custom_css = False
c.ServerApp.terminals_enabled = os.environ.get("ROOM_TERMINAL") == "1"
c.ContentsManager.allow_hidden = False
# The trash lies in the home and counts: whoever is told to delete files must gain room by it.
c.FileContentsManager.delete_to_trash = False
# Where an ordinary user runs the platform, "root" in a room is a name for that same user, without any privilege.
c.ServerApp.allow_root = True
# Unix sockets in the room's own /tmp: the ports of other rooms' kernels on 127.0.0.1 would be within reach.
c.KernelManager.transport = "ipc"
c.MappingKernelManager.cull_idle_timeout = int(os.environ.get("ROOM_IDLE_SECONDS", "1800"))
c.MappingKernelManager.cull_interval = 120
# No foreign host at run time: no news, no update check, no extensions from an index.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
