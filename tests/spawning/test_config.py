"""The Hub's configuration, loaded as JupyterHub loads it, in both ways of telling services apart."""

from __future__ import annotations

import pytest
from running import CHECKOUT
from traitlets.config import Config, PyFileConfigLoader

SECRETS = ("JUPYTERHUB_DATABASE_URL", "HUB_TOKEN_PORTAL", "HUB_TOKEN_CULLER")


def loaded(monkeypatch: pytest.MonkeyPatch, address: str) -> Config:
    for name in SECRETS:
        monkeypatch.setenv(name, f"value-of-{name}")
    monkeypatch.setenv("LUOJIAO_ADDRESS", address)
    monkeypatch.chdir("/")
    return PyFileConfigLoader(str(CHECKOUT / "jupyterhub_config.py")).load_config()


def test_with_names_everything_has_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    c = loaded(monkeypatch, "https://portal.edu.example")
    assert c.JupyterHub.subdomain_host == "https://hub.edu.example"
    assert c.JupyterHub.hub_routespec == "hub.edu.example/"
    assert set(c.Proxy.extra_routes) == {"portal.edu.example/", "boards.edu.example/"}
    assert c.JupyterHub.cookie_host_prefix_enabled is True
    assert c.GenericOAuthenticator.oauth_callback_url == "https://hub.edu.example/hub/oauth_callback"
    assert c.OAuthenticator.logout_redirect_url == "https://portal.edu.example/signed-out"


def test_behind_a_bare_address_everything_has_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    c = loaded(monkeypatch, "http://192.0.2.1:8000")
    assert "subdomain_host" not in c.JupyterHub
    assert c.JupyterHub.bind_url.endswith(":8000/jupyter/")
    assert set(c.Proxy.extra_routes) == {"/boards/"}
    assert c.JupyterHub.cookie_host_prefix_enabled is False
    assert c.GenericOAuthenticator.oauth_callback_url == "http://192.0.2.1:8000/jupyter/hub/oauth_callback"


def test_every_decision_names_a_setting_that_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    """traitlets only warns of a misspelt name, and the decision is silently not taken."""
    from jupyterhub.app import JupyterHub
    from jupyterhub.auth import Authenticator
    from jupyterhub.proxy import ConfigurableHTTPProxy, Proxy
    from jupyterhub.spawner import Spawner
    from oauthenticator.generic import GenericOAuthenticator
    from oauthenticator.oauth2 import OAuthenticator

    from hub.spawning.rooms import RoomSpawner

    known = (JupyterHub, Authenticator, ConfigurableHTTPProxy, Proxy, Spawner, GenericOAuthenticator)
    classes = {k.__name__: k for k in (*known, OAuthenticator, RoomSpawner)}
    for address in ("http://portal.localhost:8000", "http://192.0.2.1:8000"):
        for name, decisions in loaded(monkeypatch, address).items():
            for decision in decisions:
                assert decision in classes[name].class_traits(config=True), f"{name}.{decision}"


def test_roles_have_names_and_scopes_that_the_hub_accepts(monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyterhub.scopes import scope_definitions

    for role in loaded(monkeypatch, "http://portal.localhost:8000").JupyterHub.load_roles:
        assert len(role["name"]) >= 3
        assert all(scope.partition("!")[0] in scope_definitions for scope in role["scopes"])
        assert not [scope for scope in role["scopes"] if scope.startswith("admin")]
