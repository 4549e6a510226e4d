"""The Hub as it is configured, but with a sign-in for tests and a token that may do everything."""

import os
from pathlib import Path

c = get_config()  # noqa: F821
load_subconfig(str(Path(__file__).resolve().parents[2] / "jupyterhub_config.py"))  # noqa: F821

from hub.spawning.people import person  # noqa: E402

NAMES = {"t12345678": "欧阳静", "t23456789": "王力"}
ROLES = {"t23456789": ["instructor"]}
TERMINALS = {"t34567890"}  # learners whose course works in one


def introduce(_authenticator, _handler, model):
    login = model["name"]
    claims = {"name": NAMES.get(login, ""), "roles": ROLES.get(login, []), "terminal": login in TERMINALS}
    return model | {"user_info": person(login, claims)}


c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = "open"
c.Authenticator.auto_login = False
c.Authenticator.post_auth_hook = introduce
c.JupyterHub.services = [
    *c.JupyterHub.services,
    {"name": "tests", "api_token": os.environ["TEST_ADMIN_TOKEN"]},
]
c.JupyterHub.load_roles = [
    *c.JupyterHub.load_roles,
    {
        "name": "of-tests",
        "scopes": ["admin:users", "admin:servers", "access:servers", "list:users", "tokens"],
        "services": ["tests"],
    },
]
