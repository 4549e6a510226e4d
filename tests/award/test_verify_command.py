"""`luojiao verify`: what it says and returns, online, offline, and with every part changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.cli import main
from hub.domain.credential import did_of
from hub.domain.enclosed import attached
from hub.journey.award import certificates, revocation, status
from hub.typesetting.certificates import TypstSetter
from tests.award.confirmed import Desk
from tests.conftest import HandClock


class Shelf:
    """What somebody took along: files of one certificate, the keys, the lists."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        f = desk.f
        self.desk, self.folder, self.made = desk, folder, desk.issued()
        view = certificates.view(f, self.made)
        self.put("c.jwt", self.made.credential)
        self.put("c.json", view.document)
        (folder / "c.pdf").write_bytes(f.typesetter.certificate(view))
        self.put("keys.json", json.dumps(f.signer.public(did_of(f.issuer))))
        self.lists()

    def lists(self) -> None:
        for purpose in status.PURPOSES:
            self.put(f"{purpose}.jwt", status.as_token(self.desk.f, purpose, 1))

    def put(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, "utf-8")

    def flip(self, name: str, place: int) -> None:
        data = bytearray((self.folder / name).read_bytes())
        data[place] ^= 1
        (self.folder / name).write_bytes(data)

    def verify(self, *names: str, lists: tuple[str, ...] = status.PURPOSES) -> int:
        argv = [
            "verify",
            *(str(self.folder / n) for n in names),
            "--offline",
            "--keys",
            str(self.folder / "keys.json"),
        ]
        for purpose in lists:
            argv += ["--status", str(self.folder / f"{purpose}.jwt")]
        return main(argv)


@pytest.fixture
def shelf(desk: Desk, tmp_path: Path, clock: HandClock) -> Shelf:
    clock.time = datetime.now(UTC) - timedelta(seconds=5)  # the command goes by the machine's clock
    return Shelf(desk, tmp_path)


def test_every_form_is_valid_offline_with_keys_and_lists(
    shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shelf.verify("c.jwt", "c.json", "c.pdf", "revocation.jwt") == 0
    said = capsys.readouterr().out
    assert said.count("：有效。") == 4
    assert said.count("✓ 证书状态：未被撤销、未暂停（状态列表截至") == 3
    assert "持证人　陈晓燕（涧西第一小学）" in said
    assert "以上是 PDF 内所附凭证的内容" in said


def test_without_a_list_the_answer_is_unknown_and_never_valid(
    shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shelf.verify("c.jwt", lists=()) == 3
    assert shelf.verify("c.jwt", lists=("revocation",)) == 3
    assert "：有效。" not in capsys.readouterr().out


def test_revoked_suspended_and_replaced_are_1(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    official = shelf.desk.town.actor("city_hr")
    revocation.suspend(shelf.desk.f, official, shelf.made.number, "核查")
    shelf.lists()
    assert shelf.verify("c.pdf") == 1
    assert "已暂停" in capsys.readouterr().out
    revocation.lift(shelf.desk.f, official, shelf.made.number, "无误")
    shelf.lists()
    assert shelf.verify("c.json") == 0
    revocation.reissue(shelf.desk.f, official, shelf.made.number, "姓名有误")
    shelf.lists()
    assert shelf.verify("c.jwt") == 1
    assert "已被新证书替代" in capsys.readouterr().out


def test_one_flipped_bit_is_named(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    shelf.flip("c.jwt", len(shelf.made.credential) // 2)
    assert shelf.verify("c.jwt") == 1
    said = capsys.readouterr().out
    assert "✗ 签名：签名不对" in said or "✗ 格式" in said
    shelf.put("c.jwt", shelf.made.credential)
    shelf.flip("suspension.jwt", 900)
    assert shelf.verify("c.jwt") == 3
    said = capsys.readouterr().out
    assert "✗ 状态列表：" in said
    assert "✓ 签名" in said


def test_old_lists_foreign_keys_and_no_keys(
    shelf: Shelf, clock: HandClock, capsys: pytest.CaptureFixture[str]
) -> None:
    clock.time -= timedelta(days=8)
    shelf.lists()
    clock.time += timedelta(days=8)
    assert shelf.verify("c.jwt") == 3
    assert "现已过期" in capsys.readouterr().out
    shelf.lists()
    keys = json.loads((shelf.folder / "keys.json").read_text())
    shelf.put("keys.json", json.dumps({"keys": []}))
    assert shelf.verify("c.jwt") == 3
    keys["keys"][0]["x"] = keys["keys"][1]["x"] = "A" * 43
    shelf.put("keys.json", json.dumps(keys))
    assert shelf.verify("c.jwt") == 1
    (shelf.folder / "keys.json").unlink()
    assert shelf.verify("c.jwt") == 2
    assert "没有公钥" in capsys.readouterr().err


def test_receipts_and_things_that_are_no_certificates(shelf: Shelf) -> None:
    f = shelf.desk.f
    shelf.put(
        "r.jwt",
        f.signer.sign(
            {"received_at": f.clock.now().isoformat(), "learner": "t1"}, "luojiao-receipt", f.clock.now()
        ),
    )
    assert shelf.verify("r.jwt") == 0
    shelf.flip("r.jwt", 100)
    assert shelf.verify("r.jwt") == 1
    shelf.put("x.txt", "hello")
    assert shelf.verify("x.txt") == 1
    assert shelf.verify("not-there.jwt") == 2


def test_a_pdf_is_the_same_bytes_each_time_and_carries_the_signed_credential(shelf: Shelf) -> None:
    view = certificates.view(shelf.desk.f, shelf.made)
    again = TypstSetter().certificate(view)
    assert again == (shelf.folder / "c.pdf").read_bytes()
    assert attached(again) == view.document
    assert attached(again[: len(again) // 2]) is None
    assert attached(again + again) is None
