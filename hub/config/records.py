"""Where the Hub keeps what it knows: its own database beside the platform's, and no files of its own."""

import os
from typing import Any

from hub.settings import Settings


def decide(c: Any, settings: Settings) -> None:
    c.JupyterHub.db_url = os.environ["JUPYTERHUB_DATABASE_URL"]
    # A new release of JupyterHub brings its tables up to date by itself; `luojiao up` is the only one who starts it.
    c.JupyterHub.upgrade_db = True
    # The database is restarted now and then; a dead connection is noticed before it is used.
    c.JupyterHub.db_kwargs = {"pool_pre_ping": True}
    # Cookie secret, proxy token and client secret come by environment (JPY_COOKIE_SECRET, CONFIGPROXY_AUTH_TOKEN,
    # OAUTH_CLIENT_SECRET), which is where JupyterHub looks by itself.
    c.JupyterHub.pid_file = ""
    c.JupyterHub.extra_log_file = ""
