"""TEMPORARY: answers that oauthlib asks of the portal's provider and that it does not give yet."""
from hub.portal.oidc import Provider

if "validate_user_match" not in vars(Provider):
    Provider.validate_user_match = lambda *a, **k: True
    _own = Provider.authenticate_client

    def _authenticate(self, request, *a, **k):
        if "basic" not in request._params:
            request._params["basic"] = None
        return _own(self, request, *a, **k)

    Provider.authenticate_client = _authenticate

from hub.portal.oidc import Client

if not hasattr(Client, "client_id"):
    Client.client_id = property(lambda self: self.id)
