"""Who may come in: whoever the portal vouches for, without a second login page; and how one leaves again."""

from typing import Any
from urllib.parse import urlsplit

from hub.settings import Settings
from hub.spawning.people import remember_person


def decide(c: Any, settings: Settings) -> None:
    c.JupyterHub.authenticator_class = "generic-oauth"
    # The browser goes to the portal by its public name, the Hub by the internal one.
    c.GenericOAuthenticator.authorize_url = f"{settings.address}/oidc/authorize"
    c.GenericOAuthenticator.token_url = f"{settings.portal_internal}/oidc/token"
    c.GenericOAuthenticator.userdata_url = f"{settings.portal_internal}/oidc/userinfo"
    c.GenericOAuthenticator.oauth_callback_url = f"{settings.hub_url}/hub/oauth_callback"
    c.GenericOAuthenticator.client_id = "hub"
    c.GenericOAuthenticator.scope = ["openid", "profile"]
    c.GenericOAuthenticator.enable_pkce = True
    c.GenericOAuthenticator.username_claim = "preferred_username"
    c.GenericOAuthenticator.login_service = "洛教学堂"

    # The portal has the list of people; whoever it signs in may open a room.
    c.Authenticator.allow_all = True
    c.Authenticator.auto_login = True
    # Logins are host names (<login>.hub.<domain>) and folder names: ASCII, lower case, no surprises.
    c.Authenticator.username_pattern = r"[a-z][a-z0-9]{2,39}"
    # Only the real name, the roles and what the room needs are kept; the portal's tokens are not.
    c.Authenticator.post_auth_hook = remember_person
    c.Authenticator.enable_auth_state = False

    # One sign-out: the portal sends the browser here, the Hub ends its session and its tokens and sends it back.
    c.OAuthenticator.logout_redirect_url = f"{settings.address}/signed-out"
    # Roles come at sign-in, so that a session must not outlive a working day.
    c.JupyterHub.cookie_max_age_days = 0.5

    # `__Host-` cookies cannot be set by a neighbour's room; they need HTTPS and no path prefix.
    c.JupyterHub.cookie_host_prefix_enabled = (
        settings.host_mode and urlsplit(settings.address).scheme == "https"
    )
