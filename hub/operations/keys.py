"""``luojiao keys``: the public keys of this house and their fingerprints, to be written into letters and read out."""

from __future__ import annotations

import argparse

from hub.domain.keys import day, fingerprint, last_day, latest_first
from hub.identity.secrets import kept_text
from hub.operations.screen import Screen
from hub.settings import Settings
from hub.signing.keyring import KeyRing


def run(settings: Settings, screen: Screen, _chosen: argparse.Namespace) -> int:
    """One key after the other, the latest first; needs no database and no running platform."""
    keys = latest_first(KeyRing(settings.secrets_dir / "signing", kept_text).published().values())
    for key in keys:
        spent = f"，{day(key.compromised_from)} 起作废" if key.compromised_from else ""
        screen.line(f"{key.name}（{key.algorithm}，签发 {day(key.valid_from)} 至 {last_day(key)}{spent}）")
        screen.line(f"  指纹 {fingerprint(key)}")
    return 0
