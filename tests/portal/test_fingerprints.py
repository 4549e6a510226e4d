"""One fingerprint everywhere: on the page of a package, on the page of keys, by the command, and by the verifier in the package."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey
from playwright.sync_api import Browser

from hub.cli import main
from hub.domain.keys import PublicKey, fingerprint
from hub.journey.award import package_release
from hub.journey.ports import Fittings
from hub.records import verify
from hub.settings import Settings
from tests.award.title_town import TitleTown
from tests.people import FAR_SCHOOL
from tests.portal.conftest import Site
from tests.portal.test_queue_page import browser
from tests.portal.test_title_pages import titles
from tests.walk.conftest import SHOTS

assert browser and titles  # the fixtures
PRINT = re.compile(r"(?:[0-9a-f]{4} ){15}[0-9a-f]{4}")


def ours(f: Fittings) -> PublicKey:
    """The key of this year."""
    name = f.signer.key_at(f.clock.now())
    return f.signer.published()[name]


def test_it_is_the_thumbprint_of_rfc_7638_here_and_in_the_verifier(f: Fittings) -> None:
    key = ours(f)
    told = next(k for k in f.signer.public()["keys"] if k["kid"] == key.name)
    wanted = base64.urlsafe_b64decode(OKPKey.import_key(told).thumbprint() + "=").hex()
    assert fingerprint(key).replace(" ", "") == wanted
    assert verify.fingerprint(key.material) == fingerprint(key)
    # the example key of RFC 8037, appendix A.3
    example = base64.urlsafe_b64decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
    thumbprint = base64.urlsafe_b64decode("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k=").hex()
    assert verify.fingerprint(example).replace(" ", "") == thumbprint


def test_page_letter_command_and_verifier_say_the_same(
    site: Site, titles: TitleTown, settings: Settings, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    titles.certified("lin")
    titles.certified("wu", "吴小莉", FAR_SCHOOL)
    made = titles.built()
    before = site.visitor("releaser").get(f"/packages/{made.number}").text
    package_release.release(titles.f, titles.actor("releaser"), made.number)
    reader = site.visitor("reader")
    page = reader.get(f"/packages/{made.number}").text
    shown = PRINT.findall(page)
    assert len(shown) == 1 and shown == PRINT.findall(before)
    stranger = site.visitor()
    assert PRINT.findall(stranger.get("/keys").text) == shown
    assert 'href="/keys"' in stranger.get("/verify").text

    monkeypatch.setenv("LUOJIAO_HOME", str(settings.home))
    assert main(["keys"]) == 0
    assert shown[0] in PRINT.findall(capsys.readouterr().out)  # beside that of the year on the wall

    package, keys = tmp_path / "p.zip", tmp_path / "keys.json"
    package.write_bytes(reader.get(f"/packages/{made.number}/zip").content)
    keys.write_text(json.dumps(stranger.get("/keys.json").json()))
    with zipfile.ZipFile(package) as archive:
        (tmp_path / "verify.py").write_bytes(archive.read("verify.py"))
        assert "指纹与公函所附的逐组核对" in archive.read("README.txt").decode()
    command = [sys.executable, "-I", str(tmp_path / "verify.py"), str(package), "--keys", str(keys)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert PRINT.findall(told) == shown and "luojiao-2026 的指纹" in told
    assert main(["verify", str(package), "--keys", str(keys), "--offline"]) == 0
    assert PRINT.findall(capsys.readouterr().out) == shown


def test_a_key_put_in_the_place_of_ours_has_another_fingerprint(f: Fittings) -> None:
    key = ours(f)
    assert verify.fingerprint(bytes([key.material[0] ^ 1]) + key.material[1:]) != fingerprint(key)


def test_the_page_says_which_key_is_spent(site: Site, f: Fittings, settings: Settings) -> None:
    name = f.signer.key_at(f.clock.now())
    marks = settings.secrets_dir / "signing" / "compromised.json"
    assert "✓ 现用" in site.visitor().get("/keys").text
    marks.write_text(json.dumps({name: "2026-11-01T00:00:00+08:00"}))
    page = site.visitor().get("/keys").text
    assert "✕ 已作废" in page and "2026-11-01 起作废" in page


@pytest.mark.parametrize("width", [1280, 360])
def test_fingerprints_fit_a_desk_and_a_phone(
    site: Site, titles: TitleTown, browser: Browser, width: int
) -> None:  # fmt: skip
    titles.certified("lin")
    made = titles.built()
    page = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN").new_page()
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.goto(site.settings.address + "/keys")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=SHOTS / f"keys-{width}.png", full_page=True)
    visitor = site.visitor("releaser")
    secret = visitor.session.cookies["luojiao"]
    page.context.add_cookies([{"name": "luojiao", "value": secret, "url": site.settings.address}])
    page.goto(site.settings.address + f"/packages/{made.number}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=SHOTS / f"package-print-{width}.png", full_page=True)
