"""What the Hub remembers of a person from the portal's sign-in: the real name and the roles, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Roles that see the authoring tools of nbgrader; everybody else is a learner in a room.
AUTHORS = frozenset({"instructor"})


def remember_person(_authenticator: Any, _handler: Any, model: dict[str, Any]) -> dict[str, Any]:
    """JupyterHub calls this after each sign-in (``Authenticator.post_auth_hook``).

    ``user_info`` is kept with the Hub's user; its names are what JupyterLab shows as the collaborator's name.
    """
    claims = ((model.get("auth_state") or {}).get("oauth_user")) or {}
    return model | {"user_info": person(model["name"], claims)}


def person(login: str, claims: Mapping[str, Any]) -> dict[str, Any]:
    """Name, display name, initials and roles out of the portal's claims; the login stands in for no name."""
    name = str(claims.get("name") or login)
    roles = [str(role) for role in claims.get("roles") or [] if isinstance(role, str)]
    # The first character is the surname in Chinese, which is what people go by.
    return {"name": name, "display_name": name, "initials": name[:1], "roles": roles}


def is_author(user_info: Mapping[str, Any] | None) -> bool:
    """Whether the room shows what authors of courses need."""
    return not AUTHORS.isdisjoint((user_info or {}).get("roles") or ())
