"""The offline verifier: alone, on a copy, against whatever can happen to a package on its way."""

from __future__ import annotations

import ast
import io
import json
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import OKPKey
from sqlalchemy import Engine

from hub.domain import certificate, title_record, uscc
from hub.domain.id_number import check_character
from hub.journey.award import package_release, packages
from hub.journey.award.package_seal import chained
from hub.journey.ports import Fittings
from hub.records import verify as v
from hub.records.archive import Archive, with_file
from hub.signing import KeyRing, new_key
from tests.award.title_town import TitleTown, build_title_town
from tests.people import FAR_SCHOOL, Town

SOURCE = Path(v.__file__)


@pytest.fixture
def titles(f: Fittings, engine: Engine, town: Town) -> TitleTown:
    """A town whose teachers are certified."""
    return build_title_town(f, engine, town)


@pytest.fixture
def package(titles: TitleTown, tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """A released package of four certificates in two schools, and the published keys."""
    for key, school in (("a", FAR_SCHOOL), ("b", FAR_SCHOOL), ("c", "2141900001"), ("d", "2141900001")):
        titles.certified(key, f"教师{'甲乙丙丁'[ord(key) - 97]}", school)
    made = titles.built()
    package_release.release(titles.f, titles.actor("releaser"), made.number)
    name, file = packages.download(titles.f, titles.actor("reader"), made.number)
    with file:
        (tmp_path / name).write_bytes(file.read())
    return tmp_path / name, titles.f.signer.public()


def files_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    """A zip as the platform writes it, of whatever files."""
    with path.open("w+b") as file:
        archive = Archive(file)
        for name, data in files.items():
            archive.add(name, [data])
        archive.close()
    return path


def told(path: Path, keys: dict[str, Any]) -> str:
    return "\n".join(" ".join(one) for one in v.check_package(path, keys))


def test_a_package_runs_through_a_copy_of_the_verifier_with_nothing_but_the_standard_library(
    package: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    path, keys = package
    alone = tmp_path / "elsewhere"
    alone.mkdir()
    with zipfile.ZipFile(path) as archive:
        archive.extractall(alone / "open")
    assert (alone / "open/verify.py").read_bytes() == SOURCE.read_bytes()
    shutil.copy(alone / "open/verify.py", alone / "verify.py")
    (alone / "keys.json").write_text(json.dumps(keys))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", str(alone / "verify.py"), *arguments]
        return subprocess.run(command, cwd=alone, capture_output=True, text=True, check=False)

    good = run(str(path), "--keys", "keys.json")
    assert (good.returncode, good.stderr) == (0, "") and "✓ 核验通过" in good.stdout
    assert run("open", "--keys", "keys.json").returncode == 0
    assert run("open/manifest.json", "--keys", "keys.json").returncode == 0
    unsigned = run(str(path))
    assert unsigned.returncode == 3 and "签名没有核验" in unsigned.stdout
    assert (
        run().returncode == 2
        and run("--keys").returncode == 2
        and run(str(path), "--keys", "none").returncode == 2
    )
    assert run("nowhere.zip").returncode == 1
    ascii_only = subprocess.run(
        [sys.executable, "-I", "-S", str(alone / "verify.py"), str(path)], capture_output=True, check=False,
        env={"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert ascii_only.returncode == 3  # a console that cannot spell the answer still gets the exit code


def test_the_verifier_is_written_in_a_python_of_2019_and_imports_its_library_alone() -> None:
    tree = ast.parse(SOURCE.read_text("utf-8"), feature_version=(3, 8))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [a.name for a in node.names] if isinstance(node, ast.Import)
            else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        )
    }  # fmt: skip
    assert imported <= set(sys.stdlib_module_names)
    newer = {
        "removeprefix",
        "removesuffix",
        "file_digest",
        "pairwise",
        "bit_count",
        "is_relative_to",
        "cache",
    }
    assert not newer & {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):  # builtins in brackets only where nothing evaluates them
        if isinstance(node, ast.Assign):
            for inner in ast.walk(node.value):
                if isinstance(inner, ast.Subscript) and isinstance(inner.value, ast.Name):
                    assert inner.value.id not in ("list", "dict", "tuple", "set", "frozenset"), ast.dump(node)


def test_one_flipped_bit_anywhere_is_found_and_its_file_named(
    package: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """Bits in every file's bytes, in every header between files, in the directory and in the end of the zip."""
    path, keys = package
    data = path.read_bytes()
    with path.open("rb") as file:
        entries, start = v.entries_of(file)
    chance = random.Random(8032)  # noqa: S311
    places: list[tuple[int, str]] = []
    for one in entries:
        begin = one.offset + len(v.local_header(one.name, one.crc, one.size))
        sizes = {"records.jsonl": 40, "manifest.json": 20, "signature.sig": 20}
        places += [
            (chance.randrange(begin, begin + one.size), one.name) for _ in range(sizes.get(one.name, 3))
        ]
    places += [(chance.randrange(one.offset, one.offset + 30), "") for one in entries for _ in range(2)]
    places += [(chance.randrange(start, len(data)), "") for _ in range(40)]
    broken = tmp_path / "broken.zip"
    for place, name in places:
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        broken.write_bytes(bytes(changed))
        found = v.check_package(broken, keys)
        assert found, (place, name)
        assert not name or any(one.file == name for one in found), (place, name, found)


def test_every_bit_of_the_signature_counts(package: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    path, keys = package
    folder = tmp_path / "open"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    signature = (folder / "signature.sig").read_bytes()
    for place in range(0, len(signature), 7):
        for bit in range(8):
            changed = bytearray(signature)
            changed[place] ^= 1 << bit
            (folder / "signature.sig").write_bytes(bytes(changed))
            assert any(
                one.file == "signature.sig" or one.check == "签名" for one in v.check_package(folder, keys)
            )
    last = bytearray(
        signature
    )  # the spare bits of the last sign of base64 say nothing and may not be anything
    for sign in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_":
        last[-1] = sign
        (folder / "signature.sig").write_bytes(bytes(last))
        assert (v.check_package(folder, keys) == []) == (bytes(last) == signature)


def resealed(files: dict[str, bytes], records: list[dict[str, Any]], ring: KeyRing) -> dict[str, bytes]:
    """A forger's package: everything consistent again, signed with a key of their own."""
    manifest = json.loads(files["manifest.json"])
    heads: dict[str, str] = {}
    places = [(n, r["unit"]["school_code"], v.record_hash(r)) for n, r in enumerate(records)]
    chains = chained(places, heads)
    for n, record in enumerate(records):
        record["integrity"].update(record_hash=places[n][2], prev_hash=chains.prev[n], batch_root=chains.root)
    manifest["key_id"] = ring.key_id
    for record in records:
        record["integrity"]["key_id"] = ring.key_id
    files = dict(files)
    files["records.jsonl"] = b"".join(v.canonical(r) + b"\n" for r in records)
    files["records.csv"] = v.TABLE_HEAD + b"".join(v.table_line(v.table_row(r)) for r in records)
    manifest["batch_root"], manifest["schools"] = chains.root, chains.schools
    manifest["counts"]["records"] = len(records)
    for one in manifest["files"]:
        one["sha256"], one["size"] = v.sha256(files[one["name"]]), len(files[one["name"]])
    files["manifest.json"] = v.canonical(manifest)
    claims = {"batch_no": manifest["batch_no"], "manifest": v.sha256(files["manifest.json"])}
    files["signature.sig"] = ring.sign(claims, v.SIGNED_AS).encode()
    return files


Change = Callable[[list[dict[str, Any]]], object]


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda rs: rs.reverse(), "前序"),
        (lambda rs: rs.pop(1), "前序"),
        (lambda rs: rs.insert(1, json.loads(json.dumps(rs[0]))), "同一份证书"),
        (lambda rs: rs[0]["competency"].update(overall_rating="优秀"), "记录摘要"),
        (lambda rs: rs[2]["process"]["publicity"].update(working_days=4), "公示不满 5 个工作日"),
        (lambda rs: rs[0]["identity"].update(gender="男" if rs[0]["identity"]["gender"] == "女" else "女"), "性别"),
        (lambda rs: rs[0]["title"].update(weight=""), "title.weight"),
        (lambda rs: rs[0]["unit"].pop("org_uscc"), "unit.org_uscc"),
        (lambda rs: rs[0].update(more="x"), "more"),
    ],
    ids=["reordered", "dropped", "added", "better", "short notice", "other gender", "empty", "missing", "too much"],
)  # fmt: skip
def test_records_changed_on_the_way_are_named(
    package: tuple[Path, dict[str, Any]], tmp_path: Path, change: Change, check: str
) -> None:
    path, keys = package
    files = files_of(path)
    records = [json.loads(line) for line in files["records.jsonl"].splitlines()]
    change(records)
    files["records.jsonl"] = b"".join(v.canonical(r) + b"\n" for r in records)
    said = told(zipped(tmp_path / "changed.zip", files), keys)
    assert check in said and "records.jsonl" in said


def test_a_package_that_a_stranger_made_consistent_again_fails_by_its_signature_alone(
    package: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    path, keys = package
    files = files_of(path)
    records = [json.loads(line) for line in files["records.jsonl"].splitlines()]
    for record in records:
        record["competency"]["overall_rating"] = "优秀"
    kid = keys["keys"][-1]["kid"]
    foreign = KeyRing({kid: OKPKey.import_key(json.loads(new_key()))})  # under the name of the real key
    forged = zipped(tmp_path / "forged.zip", resealed(files, records, foreign))
    found = v.check_package(forged, keys)
    assert [(one.file, one.check) for one in found] == [("signature.sig", "签名")]
    assert (
        v.check_package(forged, foreign.public()) == []
    )  # nothing else gives it away: the key is everything
    other = KeyRing({"somebody": OKPKey.import_key(json.loads(new_key()))})
    assert "没有签名所用的密钥" in told(zipped(tmp_path / "f2.zip", resealed(files, records, other)), keys)
    assert any("公钥文件读不出来" in one.message for one in v.check_package(path, {"keys": "x"}))


def test_files_that_are_added_missing_renamed_or_twice_are_named(
    package: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    path, keys = package
    files = files_of(path)
    paper = next(name for name in files if name.startswith("certificates/"))
    notice = next(name for name in files if name.startswith("publicity/"))
    out = tmp_path / "x.zip"
    assert "extra.txt  文件清单" in told(zipped(out, {**files, "extra.txt": b"x"}), keys)
    for name in (paper, notice, "records.csv", "README.txt", "verify.py"):
        assert f"{name}  文件清单 缺少这个文件" in told(
            zipped(out, {k: d for k, d in files.items() if k != name}), keys
        )
    for name, said in (("manifest.json", "缺少 manifest.json"), ("signature.sig", "没有放行")):
        assert said in told(zipped(out, {k: d for k, d in files.items() if k != name}), keys)
    with out.open("w+b") as file:
        archive = Archive(file)
        for name, data in [*files.items(), (paper, files[paper])]:
            archive.add(name, [data])
        archive.close()
    assert "同名文件有两个" in told(out, keys)


def test_a_package_that_was_packed_anew_says_so_and_its_folder_is_good(
    package: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    path, keys = package
    again = tmp_path / "again.zip"
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files_of(path).items():
            archive.writestr(name, data)
    found = v.check_package(again, keys)
    assert [(one.file, one.check) for one in found] == [("again.zip", "压缩包")]
    for rubbish in (b"", b"PK", b"x" * 100, path.read_bytes()[:-30], path.read_bytes()[100:]):
        again.write_bytes(rubbish)
        assert v.check_package(again, keys)


@given(data=st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_no_rubbish_breaks_the_verifier(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("rubbish")
    for name in ("manifest.json", "signature.sig", "records.jsonl", "records.csv"):
        (folder / name).write_bytes(data)
    assert v.check_package(folder, {"keys": []})
    (folder / "x.zip").write_bytes(data)
    assert v.check_package(folder / "x.zip", {"keys": []})


# --- the arithmetic, against what others make of it ----------------------------------------------------------------------
RFC_8032 = [  # section 7.1: public key, message, signature
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_the_signatures_of_rfc_8032_are_good_and_no_others(key: str, message: str, signature: str) -> None:
    public, data, signed = (bytes.fromhex(x) for x in (key, message, signature))
    assert v.ed25519(public, data, signed)
    assert not v.ed25519(public, data + b"x", signed)
    higher = signed[:32] + (int.from_bytes(signed[32:], "little") + v._L).to_bytes(32, "little")
    assert not v.ed25519(public, data, higher)  # the same signature spelled another way
    for bad in (signed[:-1], signed + b"\0", b"\xff" * 64, bytes(64)):
        assert not v.ed25519(public, data, bad)
    for small in (bytes(32), (1).to_bytes(32, "little"), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xff" * 32):
        assert not v.ed25519(small, data, bytes(64))


@given(message=st.binary(max_size=64), place=st.integers(0, 511))
@settings(max_examples=25, deadline=None)
def test_it_agrees_with_another_implementation(message: bytes, place: int) -> None:
    private = Ed25519PrivateKey.generate()
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert v.ed25519(public, message, signature)
    flipped = bytearray(signature)
    flipped[place // 8] ^= 1 << place % 8
    assert not v.ed25519(public, message, bytes(flipped))


_JSON = st.recursive(
    st.text() | st.integers(1 - 2**53, 2**53 - 1) | st.booleans() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=126)), inner),
    max_leaves=20,
)  # fmt: skip


@given(value=_JSON)
def test_its_canonical_json_is_that_of_rfc_8785(value: Any) -> None:
    assert v.canonical(value) == rfc8785.dumps(value)
    assert v.read_canonical(v.canonical(value)) == value


@pytest.mark.parametrize("data", [b'{"a":1.0}', b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b"\xff", b'{"\xc3\xa9":1}', b'"\\ud800"', b"NaN", b"[" * 5000, b'"\\u0041"'])  # fmt: skip
def test_any_other_spelling_of_json_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        v.read_canonical(data)


def test_the_shape_that_is_checked_is_the_shape_that_is_written() -> None:
    shapes = {
        "": title_record.Record, "identity": title_record.Identity, "unit": title_record.Unit, "title": title_record.Title,
        "training": title_record.Training, "hours": title_record.Hours, "competency": title_record.Competency,
        "item": title_record.Item, "process": title_record.Process, "step": title_record.Hand,
        "certificate": title_record.Paper, "corrects": title_record.Corrects, "integrity": title_record.Integrity,
    }  # fmt: skip
    for group, cls in shapes.items():
        more = {"integrity"} if group == "" else set()
        assert {f.name for f in fields(cls)} | more == set(v.SHAPE[group]), group
    renamed = {"since": "from", "until": "to"}
    assert {renamed.get(f.name, f.name) for f in fields(title_record.Publicity)} == set(v.SHAPE["publicity"])


@given(
    body=st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17),
    digits=st.text("0123456789", min_size=17, max_size=17),
)
def test_codes_and_numbers_have_the_same_check_characters_here_and_in_the_house(
    body: str, digits: str
) -> None:
    good = body + uscc.check_character(body)
    assert v.is_uscc(good) and uscc.problem(good) is None
    assert v.is_id_number(digits + check_character(digits))
    number = certificate.certificate_number("micro2019", 2026, "410305", int(digits[:6]))
    assert v.is_certificate_number(number) and certificate.is_number(number)
    assert not v.is_certificate_number(number[:-1] + ("0" if number[-1] != "0" else "1"))
    assert not v.is_uscc(good[:-1] + ("0" if good[-1] != "0" else "1"))


def test_the_root_is_that_of_rfc_6962() -> None:
    import hashlib

    def root(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return hashlib.sha256(b"\0" + leaves[0]).digest()
        k = 1
        while k * 2 < len(leaves):
            k *= 2
        return hashlib.sha256(b"\1" + root(leaves[:k]) + root(leaves[k:])).digest()

    for n in range(1, 40):
        leaves = [hashlib.sha256(bytes([i])).digest() for i in range(n)]
        assert v.merkle_root([leaf.hex() for leaf in leaves]) == root(leaves).hex()


def test_a_zip_with_very_many_files_or_a_long_way_in_is_written_as_others_read_it() -> None:
    out = io.BytesIO()
    archive = Archive(out)
    for n in range(70_000):
        archive.add(f"f{n}", [b""])
    archive.close()
    with zipfile.ZipFile(out) as read:
        assert len(read.namelist()) == 70_000 and read.read("f69999") == b""
    assert len(v.entries_of(out)[0]) == 70_000
    far = v.directory([v.Entry("a", 0, 0, 0), v.Entry("b", 1, 2, 5 * 2**32)], 6 * 2**32)
    assert b"PK\6\6" in far and far.endswith(b"\0\0")


def test_a_file_added_to_a_finished_zip_is_its_last() -> None:
    source, target = io.BytesIO(), io.BytesIO()
    archive = Archive(source)
    archive.add("a", [b"one", b"two"])
    archive.close()
    with_file(source, target, "b", b"three")
    with zipfile.ZipFile(target) as read:
        assert [(name, read.read(name)) for name in read.namelist()] == [("a", b"onetwo"), ("b", b"three")]
    assert [one.name for one in v.entries_of(target)[0]] == ["a", "b"]


def test_the_tables_open_with_a_bom_and_nothing_in_them_is_a_formula(
    f: Fittings, engine: Engine, town: Town
) -> None:
    titles = build_title_town(f, engine, town)
    titles.certified("evil", "=HYPERLINK(1)")
    made = titles.built()
    with f.files.open(made.body) as body, zipfile.ZipFile(body) as archive:
        table, imported = archive.read("records.csv"), archive.read("import.csv")
        number = json.loads(archive.read("records.jsonl"))["identity"]["id_no"]
        readme = archive.read("README.txt")
    for data in (table, imported):
        assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data and "'=HYPERLINK(1)" in data.decode()
    assert (
        f"'{number}" in table.decode()
        and f"'{number}" not in imported.decode()
        and number in imported.decode()
    )
    head = imported.decode("utf-8-sig").splitlines()[0]
    assert head == "身份证号,姓名,单位名称,年度,培训名称,科目类别,学时,起始日期,结束日期,施教机构,证书编号"
    assert readme.startswith(b"\xef\xbb\xbf") and made.number in readme.decode()
