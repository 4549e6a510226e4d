"""Files taken as evidence: what a file is by its content, whether its name agrees, and what it may be called."""

from __future__ import annotations

import io
import struct
import unicodedata
import zipfile
from enum import StrEnum

MAX_NAME = 80


class FileType(StrEnum):
    """What is taken; archives are not: nobody can see what is in one without opening it."""

    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    XLSX = "xlsx"
    PNG = "png"
    JPG = "jpg"
    TXT = "txt"


_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA = {
    FileType.PDF: "application/pdf",
    FileType.DOCX: f"{_OFFICE}.wordprocessingml.document",
    FileType.PPTX: f"{_OFFICE}.presentationml.presentation",
    FileType.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    FileType.PNG: "image/png",
    FileType.JPG: "image/jpeg",
    FileType.TXT: "text/plain",
}
_MAIN_PART = {
    "word/document.xml": FileType.DOCX,
    "ppt/presentation.xml": FileType.PPTX,
    "xl/workbook.xml": FileType.XLSX,
}
_TAKEN = "PDF、docx、pptx、xlsx、png、jpg、txt"
_OLD = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Office 文件请另存为 docx、pptx、xlsx 或 PDF")
_MAX_PARTS, _MAX_DIRECTORY, _MAX_UNPACKED = 5000, 2**20, 2**30


def type_of(data: bytes) -> FileType | None:
    """What these bytes are, or None for nothing that is taken. Nothing is unpacked."""
    if data.startswith(b"%PDF-"):
        return FileType.PDF
    if data.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"):
        return FileType.PNG
    if data.startswith(b"\xff\xd8\xff"):
        return FileType.JPG
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    return FileType.TXT if _is_text(data) else None


def _office(data: bytes) -> FileType | None:
    """Which office document a zip is, from its list of contents alone; none with macros, none that would swell."""
    end = data[-22:]
    if end[:4] != b"PK\x05\x06" or end[-2:] != b"\0\0" or data[-42:-38] == b"PK\x06\x07":
        return None  # a comment behind it, or a zip64: no office program writes that
    parts, size = struct.unpack("<H", end[10:12])[0], struct.unpack("<I", end[12:16])[0]
    if parts > _MAX_PARTS or size > _MAX_DIRECTORY:
        return None
    try:
        listed = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return None
    names = {one.filename for one in listed}
    swollen = sum(one.file_size for one in listed) > _MAX_UNPACKED
    macros = any(name.casefold().endswith("vbaproject.bin") for name in names)
    if swollen or macros or len(names) != len(listed) or "[Content_Types].xml" not in names:
        return None
    found = [kind for part, kind in _MAIN_PART.items() if part in names]
    return found[0] if len(found) == 1 else None


def _is_text(data: bytes) -> bool:
    """Plain text, as Windows or anybody else writes it; markup is none."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        clean = all(c in "\t\r\n\f" or unicodedata.category(c) not in ("Cc", "Cn", "Co") for c in text)
        return clean and bool(text.strip()) and not text.lstrip().startswith("<")
    return False


def clean_name(name: str) -> str:
    """The last part of a path as a name that can be shown: no control or direction marks, no leading dots."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/")).rsplit("/", 1)[-1]
    kept = "".join(
        c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp")
    )
    stem, dot, extension = kept.strip(" .").rpartition(".")
    return f"{stem.strip(' .')[:MAX_NAME]}.{extension.casefold()}" if dot else extension[:MAX_NAME]


def problem(name: str, data: bytes) -> str | None:
    """Why a file is not taken, in words, or None; ``name`` is clean already."""
    if not data:
        return "文件是空的"
    stem, _, extension = name.rpartition(".")
    named = "jpg" if extension == "jpeg" else extension
    if data.startswith(_OLD[0]):
        return _OLD[1]
    if not stem or named not in set(FileType):
        return f"只收 {_TAKEN} 文件；压缩包请拆开分别上传，视频请填链接"
    found = type_of(data)
    if found is None:
        return f"内容不是完好的 {named} 文件，或带有宏；请用 Office、WPS 打开后另存为 {named} 再传"
    if found.value != named:
        return f"文件名写的是 {named}，内容却是 {found.value}；请改正文件名或重新导出"
    return None
