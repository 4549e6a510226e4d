"""What the Hub remembers of a person from the portal's sign-in: the real name, the roles, what the room needs; nothing else."""

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
    """Name, display name, initials, roles and a course's wish for a terminal out of the portal's claims; the login stands in for no name."""
    name = str(claims.get("name") or login)
    roles = [str(role) for role in claims.get("roles") or [] if isinstance(role, str)]
    # The first character is the surname in Chinese, which is what people go by.
    told = {"name": name, "display_name": name, "initials": name[:1], "roles": roles}
    return told | {"terminal": claims.get("terminal") is True}


def has_terminal(user_info: Mapping[str, Any] | None) -> bool:
    """Whether the room has a terminal: an author's, and a learner's whose course says so."""
    return is_author(user_info) or (user_info or {}).get("terminal") is True


def is_author(user_info: Mapping[str, Any] | None) -> bool:
    """Whether the room shows what authors of courses need."""
    return not AUTHORS.isdisjoint((user_info or {}).get("roles") or ())
