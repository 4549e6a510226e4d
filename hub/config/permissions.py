"""Who may ask the Hub for what: two helpers with a token each, and nobody else beyond their own room."""

import os
from typing import Any

from hub.settings import Settings


def decide(c: Any, settings: Settings) -> None:
    # Neither has an address: they only call. Both are started by `luojiao up`, not by the Hub.
    c.JupyterHub.services = [
        {"name": "portal", "api_token": os.environ["HUB_TOKEN_PORTAL"]},
        {"name": "culler", "api_token": os.environ["HUB_TOKEN_CULLER"]},
    ]
    c.JupyterHub.load_roles = [
        {
            "name": "portal-helper",
            "description": "shows whose room runs, starts and stops rooms",
            "scopes": ["list:users", "read:users", "read:servers", "servers"],
            "services": ["portal"],
        },
        {
            "name": "room-culler",
            "description": "stops idle rooms",
            "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
            "services": ["culler"],
        },
    ]
    # Nobody is an administrator of the Hub: the platform's administrators act in the portal.
    c.Authenticator.admin_users = set()
    c.JupyterHub.admin_access = False
    # Tokens of the API end, also when the caller asks for one that does not. Thirty days, in seconds.
    c.JupyterHub.token_expires_in_max_seconds = 30 * 24 * 3600
    c.JupyterHub.oauth_require_pkce = True
