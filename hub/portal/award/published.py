"""What anybody fetches to verify on their own: status lists, the public keys with their fingerprints, the DID document."""

from __future__ import annotations

from typing import Any

from hub.domain.audit import canonical
from hub.domain.credential import did_of
from hub.domain.keys import latest_first
from hub.journey.award import status
from hub.portal.base import PUBLIC, Api, Page


class Published(Api):
    """Public, the same for everybody, from any origin, kept for as long as a status list may be."""

    scope = PUBLIC

    async def identify(self) -> None:
        """Nobody is asked who they are."""
        return

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Cache-Control", f"public, max-age={int(status.TTL.total_seconds())}")
        self.set_header("Access-Control-Allow-Origin", "*")


class Lists(Published):
    """/status/PURPOSE/N: signed as VC-JWT; as JSON with a proof where that is asked for, or under .json."""

    async def get(self, purpose: str, number: str, form: str | None) -> None:
        accept = self.request.headers.get("Accept", "")
        asked_json = "vc+jwt" not in accept and ("json" in accept or "application/vc" in accept)
        self.set_header("Vary", "Accept")
        if form == ".json" or asked_json:
            document = await self.do(status.as_document, self.f, purpose, int(number))
            self.set_header("Content-Type", "application/vc")
            self.finish(canonical(document))
            return
        token = await self.do(status.as_token, self.f, purpose, int(number))
        self.set_header("Content-Type", "application/vc+jwt")
        self.finish(token)


class Keys(Published):
    """/keys.json: the public keys of all years with their validity, as a JWK set."""

    async def get(self) -> None:
        self.finish(self.f.signer.public(did_of(self.f.issuer)))


class KeyPage(Page):
    """/keys: the same keys for people, with the fingerprints by which they are compared."""

    scope = PUBLIC

    async def get(self) -> None:
        keys = await self.do(self.f.signer.published)
        self.page("keys.html", keys=latest_first(keys.values()))


class Did(Published):
    """/.well-known/did.json: the same keys as did:web finds them."""

    async def get(self) -> None:
        document = self.f.signer.document(did_of(self.f.issuer))
        self.set_header("Content-Type", "application/did+json")
        self.finish(canonical(document))


ROUTES: list[tuple[str, type[Any]]] = [
    ("/status/(revocation|suspension)/([1-9]\\d{0,5})(\\.json)?", Lists),
    ("/keys.json", Keys),
    ("/keys", KeyPage),
    ("/.well-known/did.json", Did),
]
