"""Hostile uploads and links: what a thing is, its bytes say; what is not plainly harmless is not taken."""

from __future__ import annotations

import io
import re
import struct
import time
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain import links
from hub.domain.attachment import MEDIA, FileType, clean_name, problem, type_of
from hub.domain.errors import Refusal
from hub.journey.award import dossiers, pieces
from tests.award.panels import CODE, FRAMEWORK, PDF, Hall

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 30
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF"


def office(main: str, *more: tuple[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in (("[Content_Types].xml", b"<Types/>"), (main, b"<w/>"), *more):
            made.writestr(name, data)
    return kept.getvalue()


DOCX, PPTX, XLSX = office("word/document.xml"), office("ppt/presentation.xml"), office("xl/workbook.xml")


def test_what_is_taken_is_known_by_its_content() -> None:
    for data, kind in (
        (PDF, "pdf"), (PNG, "png"), (JPG, "jpg"), (DOCX, "docx"), (PPTX, "pptx"), (XLSX, "xlsx"),
        ("教学反思：第一节".encode(), "txt"), ("教学反思".encode("gb18030"), "txt"), (b"\xef\xbb\xbfabc", "txt"),
    ):  # fmt: skip
        found = type_of(data)
        assert found == kind and problem(f"材料.{kind}", data) is None
    assert problem("照片.jpeg", JPG) is None
    assert set(MEDIA) == set(FileType) and not any("html" in m or "svg" in m for m in MEDIA.values())


BOMB = office("word/document.xml", ("word/media/a.bin", b"\0" * 200_000_000))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("空.pdf", b""),
        ("网页.pdf", b"<!doctype html><script>alert(1)</script>"),
        ("网页.txt", b"  \n<html><body onload=alert(1)>"),
        ("网页.html", b"<html></html>"),
        ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("图.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("图.txt", b'<?xml version="1.0"?><svg/>'),
        ("程序.pdf", b"MZ\x90\x00" + b"\0" * 100),
        ("程序.txt", b"\x7fELF" + b"\0" * 100),
        ("方案.docx", XLSX),
        ("方案.pdf", PNG),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512),
        ("包.zip", DOCX),
        ("包.docx", office("readme.txt")),
        ("宏.docx", office("word/document.xml", ("word/vbaProject.bin", b"x"))),
        ("宏.xlsx", office("xl/workbook.xml", ("xl/VBAPROJECT.BIN", b"x"))),
        ("两样.docx", office("word/document.xml", ("xl/workbook.xml", b"x"))),
        ("坏.docx", DOCX[:-30]),
        ("注.docx", DOCX + b"<html>"),
        ("没有后缀", PDF),
        (".pdf", PDF),
        ("a.pdf.exe", PDF),
        ("空白.txt", b"   \n"),
    ],
)
def test_nothing_else_is(name: str, data: bytes) -> None:
    assert problem(clean_name(name), data)


def test_a_zip_bomb_is_never_opened() -> None:
    begun = time.monotonic()
    swollen = BOMB.replace(struct.pack("<I", 200_000_000), struct.pack("<I", 0xF0000000))
    assert type_of(swollen) is None  # it says how large it would become; nobody finds out
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as made:
        for n in range(6000):
            made.writestr(f"{n}", b"")
    assert type_of(many.getvalue()) is None
    assert time.monotonic() - begun < 5


@given(st.binary(max_size=400))
def test_no_bytes_whatever_break_the_look_at_them(data: bytes) -> None:
    for head in (b"", b"PK\x03\x04", b"%PDF-"):
        type_of(head + data)
        type_of(head + data + b"PK\x05\x06" + data[:16].ljust(16, b"\0") + b"\0\0")


@given(st.text(max_size=200))
def test_a_name_never_keeps_a_path_or_a_hidden_mark(name: str) -> None:
    kept = clean_name(name)
    assert (not set(kept) & set("/\\\0\r\n\u202e\u200b") and not kept.startswith(".")) or kept.startswith(".")
    assert "/" not in kept and len(kept) <= 300


def test_a_path_in_a_name_is_dropped(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    made = dossiers.begin(f, teacher, FRAMEWORK, CODE)
    for n, name in enumerate(
        ("../../etc/passwd.pdf", "C:\\Users\\张\\方案.pdf", "a/b/方\u202e案.pdf", "..pdf.pdf")
    ):
        piece = pieces.add_file(f, teacher, made.id, "plan", name, PDF + bytes([48 + n]))
        assert piece.name in ("passwd.pdf", "方案.pdf", "pdf.pdf")
        given = pieces.own_file(f, teacher, made.id, piece.id)
        assert (
            re.fullmatch(rf"{made.label}-[1-4]-学情分析方案\.pdf", given.name)
            and given.media == "application/pdf"
        )
        assert given.data == PDF + bytes([48 + n])


def test_a_file_above_the_limit_is_not_stored(hall: Hall) -> None:
    f = replace(hall.f, limits=replace(hall.f.limits, upload=1000))
    teacher = hall.actor("teacher")
    made = dossiers.begin(f, teacher, FRAMEWORK, CODE)
    with pytest.raises(Refusal, match=r"dossier\.file_too_large"):
        pieces.add_file(f, teacher, made.id, "plan", "大.pdf", PDF.ljust(1001))
    pieces.add_file(f, teacher, made.id, "plan", "小.pdf", PDF.ljust(1000))
    with pytest.raises(Refusal, match="同样的内容已经在这里了"):
        pieces.add_file(f, teacher, made.id, "plan", "又.pdf", PDF.ljust(1000))


@pytest.mark.parametrize(
    "url",
    [
        "", "http://v.example.cn/1", "ftp://v.example.cn", "javascript:alert(1)", "data:text/html,x", "//v.example.cn/1",
        "https:///x", "https://", "https://user:pw@v.example.cn/1", "https://user@v.example.cn/1", "https://v.example.cn\\@evil.cn/",
        "https://127.0.0.1/1", "https://10.1.2.3/1", "https://2130706433/", "https://0x7f.1/", "https://0x7f000001/",
        "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://localhost/", "https://localhost./", "https://a.localhost/",
        "https://nas.lan/1", "https://files.internal/1", "https://oa/1", "https://v.example.cn:8443/1", "https://v.example.cn:99999/",
        "https://v.example.cn/a b", "https://v.example.cn/\u202ea", "https://v.example.cn/\n", "https://１２７.0.0.1/",
        "https://v.example.cn/?access_token=abc", "https://v.example.cn/?a=1&Password=x", "https://%6cocalhost/", "https://v..cn/",
        "https://-a.cn/", "https://portal.luoyang.cn/learn", "https://t10000001.hub.luoyang.cn/", "https://v.example.cn/" + "a" * 500,
    ],
)  # fmt: skip
def test_a_link_that_strangers_cannot_or_should_not_open_is_not_taken(url: str) -> None:
    assert links.problem(url, "portal.luoyang.cn")


@pytest.mark.parametrize(
    "url",
    [
        "https://v.youku.com/v_show/id_XN.html", "https://pan.baidu.com/s/1abc?pwd=x7k2", "https://www.bilibili.com:443/video/BV1xx?t=12",
        "https://basic.smartedu.cn/课程/1", "https://xn--fiqs8s.cn/1",
    ],
)  # fmt: skip
def test_a_link_that_anybody_can_open_is(url: str) -> None:
    assert links.problem(url, "portal.luoyang.cn") is None
