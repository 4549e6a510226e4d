"""Checks a package of title records with Python's standard library alone, offline; one file, Python 3.8 and later, any system."""

# long: one file that somebody at the HR bureau can read, carry on a stick and run
# ruff: noqa: UP006, UP031, UP035 - nothing newer than Python 3.8 may be evaluated here
from __future__ import annotations

import base64
import binascii
import csv
import datetime
import hashlib
import io
import json
import re
import struct
import sys
import zipfile
import zlib
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Callable, Dict, Iterator, List, NamedTuple, Sequence, Tuple

FORMAT = "luojiao-hr-package/1"
SIGNED_AS = "luojiao-hr-package"
NOTHING = "无"
ZERO = "0" * 64  # what the first record of a school names as the one before it
MANIFEST, RECORDS, TABLE, SIGNATURE = "manifest.json", "records.jsonl", "records.csv", "signature.sig"
OK, FOUND, USAGE, UNSIGNED = 0, 1, 2, 3


class Finding(NamedTuple):
    """One thing that is wrong: in which file, in which record (number and certificate, or nothing), by which check."""

    file: str
    record: str
    check: str
    message: str


# --- canonical JSON (RFC 8785, for what occurs in a package: no fractions, ASCII names) ---------------------------------
def canonical(value: Any) -> bytes:
    """The one spelling of ``value``. Raises ValueError for a fraction, a name that is not ASCII, or broken text."""
    _plain(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def _plain(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError("有小数，应写成文字")
    if isinstance(value, int) and abs(value) >= 2**53:
        raise ValueError("整数过大")
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str) or any(ord(char) > 126 for char in name):
                raise ValueError("字段名不是 ASCII")
            _plain(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _plain(inner)


def read_canonical(data: bytes) -> Any:
    """The value of canonical JSON. Raises ValueError with the reason where ``data`` is anything else."""

    def once(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("有重复的字段")
        return dict(pairs)

    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=once)
        same = canonical(value) == data
    except UnicodeError:
        raise ValueError("不是 UTF-8 文字") from None
    except RecursionError:
        raise ValueError("嵌套过深") from None
    except json.JSONDecodeError:
        raise ValueError("不是 JSON") from None
    if not same:
        raise ValueError("不是规范写法（RFC 8785），内容被改动过")
    return value


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def record_hash(record: Dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a record without its group ``integrity``."""
    return sha256(canonical({name: value for name, value in record.items() if name != "integrity"}))


def link(prev: str, digest: str) -> str:
    """What the next record of the same school names as ``prev_hash``: it stands for this one and all before it."""
    return sha256(bytes.fromhex(prev) + bytes.fromhex(digest))


def merkle_root(links: Sequence[str]) -> str:
    """The root over every record's link, in order, as RFC 6962 builds it."""
    if not links:
        return sha256(b"")
    level = [hashlib.sha256(b"\0" + bytes.fromhex(one)).digest() for one in links]
    while len(level) > 1:  # pairing from the left and carrying the last one up is RFC 6962's tree
        paired = [
            hashlib.sha256(b"\1" + level[n] + level[n + 1]).digest() for n in range(0, len(level) - 1, 2)
        ]
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0].hex()


# --- Ed25519 (RFC 8032), verification only -------------------------------------------------------------------------------
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_Point = Tuple[int, int, int, int]


def _sum(a: _Point, b: _Point) -> _Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    c, d = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    w, x, y, z = f - e, d - c, d + c, f + e
    return (w * x % _P, y * z % _P, x * y % _P, w * z % _P)


def _times(n: int, point: _Point) -> _Point:
    total = (0, 1, 1, 0)
    while n:
        if n & 1:
            total = _sum(total, point)
        point, n = _sum(point, point), n >> 1
    return total


def _point(data: bytes) -> _Point | None:
    """The point of an encoding, or None where it is none or not the only spelling of it."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return (x, y, 1, x * y % _P)


_BASE = _point(bytes([0x58]) + bytes([0x66]) * 31)


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` is that of ``message`` under ``public``."""
    if len(public) != 32 or len(signature) != 64 or _BASE is None:
        return False
    key, commitment = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or s >= _L:
        return False
    if _times(8, key)[0] % _P == 0:  # a key of small order signs anything
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    left, right = _times(s, _BASE), _sum(commitment, _times(h, key))
    return (left[0] * right[2] - right[0] * left[2]) % _P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % _P == 0


def unbase64(text: str) -> bytes:
    """Bytes of unpadded base64url. Raises ValueError for any other spelling of the same bytes."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise ValueError("不是 base64url") from None
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise ValueError("不是规范的 base64url")
    return data


# --- the zip as the platform writes it: stored, no dates, nothing between; so that every byte of it is accounted for -----
class Entry(NamedTuple):
    """A file in the zip: its name, CRC-32, size, and where its header begins."""

    name: str
    crc: int
    size: int
    offset: int


_UTF8, _DAY, _MODE = 0x0800, 0x0021, 0o100600 << 16
_MANY, _FAR = 0xFFFF, 0xFFFFFFFF


def local_header(name: str, crc: int, size: int) -> bytes:
    """What stands before a file's bytes. Raises ValueError for a file of 4 GB or more."""
    if size >= _FAR:
        raise ValueError("单个文件不能达到 4 GB")
    raw = name.encode("utf-8")
    return struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, _UTF8, 0, 0, _DAY, crc, size, size, len(raw), 0) + raw


def directory(entries: Sequence[Entry], start: int) -> bytes:
    """Everything behind the last file, which ends at ``start``; zip64 where numbers ask for it."""
    out = []
    for one in entries:
        raw, far = one.name.encode("utf-8"), one.offset >= _FAR
        extra = struct.pack("<HHQ", 1, 8, one.offset) if far else b""
        out.append(
            struct.pack(
                "<4sHHHHHHIIIHHHHHII", b"PK\1\2", (3 << 8) | 45, 45 if far else 20, _UTF8, 0, 0, _DAY, one.crc, one.size, one.size,
                len(raw), len(extra), 0, 0, 0, _MODE, _FAR if far else one.offset,
            ) + raw + extra
        )  # fmt: skip
    body = b"".join(out)
    count, wide = len(entries), len(entries) >= _MANY or start >= _FAR
    if wide:
        end = start + len(body)
        body += struct.pack(
            "<4sQHHIIQQQQ", b"PK\6\6", 44, (3 << 8) | 45, 45, 0, 0, count, count, len(body), start
        )
        body += struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    size = len(b"".join(out))
    few, near = min(count, _MANY), min(start, _FAR)
    return body + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, few, few, min(size, _FAR), near, 0)


def entries_of(file: BinaryIO) -> Tuple[List[Entry], int]:
    """The files of a zip and where its directory starts. Raises ValueError where a byte is not as the platform writes it."""
    try:
        total = file.seek(0, 2)
        start = _directory_start(file, total)
        file.seek(start)
        tail = file.read(total - start)
        entries, place = [], 0
        while tail[place : place + 4] == b"PK\1\2":
            crc, _, size, name_size, extra_size = struct.unpack_from("<IIIHH", tail, place + 16)
            (offset,) = struct.unpack_from("<I", tail, place + 42)
            raw = tail[place + 46 : place + 46 + name_size]
            if offset == _FAR:
                (offset,) = struct.unpack_from("<Q", tail, place + 46 + name_size + 4)
            entries.append(Entry(raw.decode("utf-8"), crc, size, offset))
            place += 46 + name_size + extra_size
        if directory(entries, start) != tail:
            raise ValueError("目录区被改动过")
    except (struct.error, UnicodeError, OSError):
        raise ValueError("目录区读不出来") from None
    at = 0
    for one in entries:
        header = local_header(one.name, one.crc, one.size)
        file.seek(at)
        if one.offset != at or file.read(len(header)) != header:
            raise ValueError("“%s”的文件头被改动过" % one.name)
        at += len(header) + one.size
    if at != start:
        raise ValueError("文件之间夹有别的内容")
    return entries, start


def _directory_start(file: BinaryIO, total: int) -> int:
    file.seek(max(0, total - 22))
    end = file.read(22)
    if len(end) != 22 or end[:4] != b"PK\5\6":
        raise ValueError("末尾不完整")
    (start,) = struct.unpack_from("<I", end, 16)
    if start == _FAR or struct.unpack_from("<H", end, 10)[0] == _MANY:
        file.seek(max(0, total - 22 - 20 - 56))
        (start,) = struct.unpack_from("<Q", file.read(56), 48)
    if start > total:
        raise ValueError("末尾不完整")
    return int(start)


# --- what a record holds -------------------------------------------------------------------------------------------------
# Group -> field -> what it must be; "list:x" is a list of the group x, "x?" may be left out. A text is never empty: nothing is written 「无」.
SHAPE: Dict[str, Dict[str, str]] = {
    "": {"kind": "kind", "identity": "identity", "unit": "unit", "title": "title", "training": "list:training", "hours": "hours",
         "competency": "competency", "process": "process", "certificate": "certificate", "corrects": "corrects", "integrity": "integrity"},
    "identity": {"name": "text", "id_type": "text", "id_no": "text", "gender": "gender", "birth_date": "day", "teacher_uid": "text",
                 "teacher_nat_id": "text", "teacher_cert_no": "text"},
    "unit": {"org_name": "text", "school_code": "school", "org_uscc": "uscc", "county_code": "text", "unit_code": "text", "unit_name": "text"},
    "title": {"series": "text", "current_title": "text", "title_date": "day", "appointed_date": "day", "stage": "text", "subject": "text",
              "year": "whole", "weight": "text"},
    "training": {"project_no": "text", "project_name": "text", "project_doc_no": "text", "training_level": "text", "training_mode": "text",
                 "start_date": "text", "end_date": "day", "year": "whole", "hours_total": "hours1", "hours_practice": "hours1",
                 "hours_online": "hours1", "hours_category": "text", "hour_rule_ids": "text", "provider_name": "text", "provider_uscc": "text",
                 "certificate_no": "text"},
    "hours": {"hours_total": "hours1", "hours_practice": "hours1", "practice_ratio": "text", "hour_rule_id": "text"},
    "competency": {"framework_id": "text", "environment": "text", "items": "list:item", "overall_rating": "rating", "rule_id": "text"},
    "item": {"code": "text", "name": "text", "environment": "text", "rating": "rating", "assess_date": "day", "rater_count": "whole",
             "evidence_hash": "digest", "framework_id": "text?"},
    "process": {"school_review": "step", "county_review": "step", "city_confirm": "step", "publicity": "publicity", "appeal_status": "text"},
    "step": {"role": "text", "by": "text", "at": "text", "result": "text"},
    "publicity": {"from": "day", "to": "day", "working_days": "whole", "place_url": "text", "objections": "whole"},
    "certificate": {"cert_no": "text", "issue_date": "day", "valid_from": "day", "valid_to": "day", "status": "status", "evidence_hash": "digest"},
    "corrects": {"batch_no": "text", "record_hash": "text", "reason": "text"},
    "integrity": {"record_hash": "digest", "prev_hash": "digest", "batch_root": "digest", "batch_no": "text", "generated_at": "text",
                  "platform_version": "text", "signature": "text", "key_id": "text", "alg": "text"},
}  # fmt: skip
KINDS = ("record", "correction")
RATINGS = ("优秀", "合格", "不合格")
STATUSES = ("有效", "撤销", "被替代")
_CODE18 = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _is_day(text: str) -> bool:
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").strftime("%Y-%m-%d") == text  # noqa: DTZ007
    except ValueError:
        return False


def is_uscc(text: str) -> bool:
    """Whether a 统一社会信用代码 has the form and check character of GB 32100."""
    if len(text) != 18 or any(char not in _CODE18 for char in text):
        return False
    total = sum(_CODE18.index(char) * pow(3, place, 31) for place, char in enumerate(text[:17]))
    return _CODE18[-total % 31] == text[17]


def is_id_number(text: str) -> bool:
    """Whether a 公民身份号码 has the form and check character of GB 11643."""
    if not re.match(r"^[0-9]{17}[0-9X]\Z", text):
        return False
    return "10X98765432"[sum(int(c) * pow(2, 17 - n, 11) for n, c in enumerate(text[:17])) % 11] == text[17]


def is_certificate_number(text: str) -> bool:
    """Whether a certificate number ends in its ISO 7064 MOD 37,36 check character."""
    letters, product = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 36
    body = text.replace("-", "")
    if not body or any(char not in letters for char in body):
        return False
    for char in body[:-1]:
        product = ((product + letters.index(char)) % 36 or 36) * 2 % 37
    return letters[(37 - product) % 36] == body[-1]


_RULES: Dict[str, Callable[[Any], bool]] = {
    "text": lambda v: isinstance(v, str) and bool(v.strip()),
    "day": lambda v: isinstance(v, str) and _is_day(v),
    "whole": lambda v: isinstance(v, int) and not isinstance(v, bool) and v >= 0,
    "hours1": lambda v: isinstance(v, str) and re.match(r"^[0-9]{1,5}\.[0-9]\Z", v) is not None,
    "digest": lambda v: isinstance(v, str) and re.match(r"^[0-9a-f]{64}\Z", v) is not None,
    "school": lambda v: isinstance(v, str) and re.match(r"^[0-9]{10}\Z", v) is not None,
    "uscc": lambda v: isinstance(v, str) and is_uscc(v),
    "gender": lambda v: v in ("男", "女"),
    "kind": lambda v: v in KINDS,
    "rating": lambda v: v in RATINGS,
    "status": lambda v: v in STATUSES,
}


def misshapen(value: Any, group: str = "", path: str = "") -> Iterator[str]:
    """The path of every field that is missing, too much, empty or of another form."""
    shape = SHAPE[group]
    if not isinstance(value, dict):
        yield path or "record"
        return
    for name in sorted(set(shape) ^ set(value)):
        if not shape.get(name, "").endswith("?"):
            yield path + name
    for name in sorted(set(shape) & set(value)):
        kind, inner = shape[name].rstrip("?"), value[name]
        if kind.startswith("list:"):
            if not isinstance(inner, list):
                yield path + name
                continue
            for place, one in enumerate(inner):
                for wrong in misshapen(one, kind[5:], "%s%s[%d]." % (path, name, place)):
                    yield wrong
        elif kind in _RULES:
            if not _RULES[kind](inner):
                yield path + name
        else:
            for wrong in misshapen(inner, kind, "%s%s." % (path, name)):
                yield wrong


def contradictions(record: Dict[str, Any], since_title: bool) -> Iterator[Tuple[str, str]]:
    """What a well-formed record says against itself: check and sentence."""
    who, title, process, paper = record["identity"], record["title"], record["process"], record["certificate"]
    number = who["id_no"]
    if who["id_type"] == "1":
        if not is_id_number(number):
            yield "身份证号", "身份证号校验位不对"
        elif number[6:14] != who["birth_date"].replace("-", "") or (int(number[16]) % 2 == 1) != (
            who["gender"] == "男"
        ):
            yield "身份证号", "性别或出生日期和身份证号对不上"
    if not is_certificate_number(paper["cert_no"]):
        yield "证书编号", "证书编号校验位不对"
    if not title["title_date"] <= title["appointed_date"]:
        yield "职务", "聘任时间早于取得时间"
    if not paper["valid_from"] < paper["valid_to"]:
        yield "证书", "证书有效期颠倒"
    notice = process["publicity"]
    if notice["working_days"] < 5 or notice["to"] < notice["from"]:
        yield "公示", "公示不满 5 个工作日"
    hands = [process[step]["by"] for step in ("school_review", "county_review", "city_confirm")] + [
        who["teacher_uid"]
    ]
    if len(set(hands)) != len(hands):
        yield "职责分离", "申请人、学校审核人、县级审核人、市级确认人应各不相同"
    items = record["competency"]["items"]
    if not items or any(one["rater_count"] < 2 or one["rating"] == "不合格" for one in items):
        yield "微能力", "微能力结果不全、不合格，或评审不足 2 人"
    totals = {
        k: sum((Decimal(one[k]) for one in record["training"]), Decimal(0))
        for k in ("hours_total", "hours_practice")
    }
    if any(Decimal(record["hours"][k]) != total for k, total in totals.items()):
        yield "学时", "学时合计和明细对不上"
    days = [one["assess_date"] for one in items] + [one["end_date"] for one in record["training"]]
    if since_title and any(day < title["appointed_date"] for day in days):
        yield "任现职以来", "有早于现任职务聘任时间的学时或结果"
    if (record["kind"] == "correction") != (record["corrects"]["record_hash"] != NOTHING):
        yield "更正", "更正记录没有指明更正哪一条，或普通记录指明了"


# --- the table beside the records ----------------------------------------------------------------------------------------
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS: Tuple[Tuple[str, str], ...] = (
    ("记录类型", "kind"), ("姓名", "identity.name"), ("证件类型", "identity.id_type"), ("身份证号", "identity.id_no"), ("性别", "identity.gender"),
    ("出生日期", "identity.birth_date"), ("平台教师号", "identity.teacher_uid"), ("全国教师系统个人标识", "identity.teacher_nat_id"),
    ("教师资格证书号码", "identity.teacher_cert_no"), ("单位", "unit.org_name"), ("学校标识码", "unit.school_code"),
    ("统一社会信用代码", "unit.org_uscc"), ("行政区划代码", "unit.county_code"), ("管理单元代码", "unit.unit_code"), ("管理单元", "unit.unit_name"),
    ("职称系列", "title.series"), ("现任职务", "title.current_title"), ("取得时间", "title.title_date"), ("聘任时间", "title.appointed_date"),
    ("学段", "title.stage"), ("任教学科", "title.subject"), ("评审年度", "title.year"), ("本年度作用", "title.weight"),
    ("学时合计", "hours.hours_total"), ("其中实践", "hours.hours_practice"), ("实践占比", "hours.practice_ratio"), ("学时规则", "hours.hour_rule_id"),
    ("培训明细", "training"), ("能力标准", "competency.framework_id"), ("环境", "competency.environment"), ("微能力结果", "competency.items"),
    ("总评", "competency.overall_rating"), ("总评规则", "competency.rule_id"), ("学校审核", "process.school_review.at"),
    ("县级审核", "process.county_review.at"), ("市级确认", "process.city_confirm.at"), ("公示开始", "process.publicity.from"),
    ("公示结束", "process.publicity.to"), ("公示工作日", "process.publicity.working_days"), ("异议数", "process.publicity.objections"),
    ("异议状态", "process.appeal_status"), ("证书编号", "certificate.cert_no"), ("发证日期", "certificate.issue_date"),
    ("有效期起", "certificate.valid_from"), ("有效期止", "certificate.valid_to"), ("证书状态", "certificate.status"),
    ("更正说明", "corrects.reason"), ("记录摘要", "integrity.record_hash"), ("前序", "integrity.prev_hash"),
)  # fmt: skip


def no_formula(text: str) -> str:
    """``text`` so that no spreadsheet takes it for a formula."""
    return "'" + text if text.lstrip(" ").startswith(_STARTS_FORMULA) else text


def safe_cell(text: str) -> str:
    """The same, and no long number is taken for a number either."""
    return "'" + text if len(text) > 11 and text[:-1].isdigit() else no_formula(text)


def item_code(item: Dict[str, Any]) -> str:
    """The code of a result, with its framework where that is another than the record's: two frameworks may both have a B1."""
    return "%s（%s）" % (item["code"], item["framework_id"]) if "framework_id" in item else str(item["code"])


def table_row(record: Dict[str, Any]) -> List[str]:
    """One record as a row of ``records.csv``."""
    cells = []
    for _, path in COLUMNS:
        value: Any = record
        for name in path.split("."):
            value = value[name]
        if path == "training":
            value = (
                "；".join(
                    "%s %s学时 %s" % (one["project_name"], one["hours_total"], one["end_date"])
                    for one in value
                )
                or NOTHING
            )
        elif path == "competency.items":
            value = "；".join("%s %s %s" % (item_code(one), one["name"], one["rating"]) for one in value)
        cells.append(safe_cell(str(value)))
    return cells


def table_line(cells: Sequence[str]) -> bytes:
    """One line of a CSV, as spreadsheets write it."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode("utf-8")


TABLE_HEAD = b"\xef\xbb\xbf" + table_line([heading for heading, _ in COLUMNS])


# --- reading a package, zip or folder ------------------------------------------------------------------------------------
class _Folder:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.names = sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())

    def open(self, name: str) -> BinaryIO:
        return (self.root / name).open("rb")


class _Window(io.RawIOBase):
    """Some bytes in the middle of a file."""

    def __init__(self, path: Path, start: int, size: int) -> None:
        self._file, self._left = path.open("rb"), size
        self._file.seek(start)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Zip:
    def __init__(self, path: Path, entries: Sequence[Entry]) -> None:
        self.path = path
        self.entries = {one.name: one for one in entries}
        self.names = [one.name for one in entries]

    def open(self, name: str) -> BinaryIO:
        one = self.entries[name]
        start = one.offset + len(local_header(one.name, one.crc, one.size))
        return io.BufferedReader(_Window(self.path, start, one.size))


class _Repacked:
    """A zip that is not byte for byte ours: its files can still be told right from wrong."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(str(path))
        self.names = self.zip.namelist()

    def open(self, name: str) -> BinaryIO:
        return self.zip.open(name)  # type: ignore[return-value]


_UNREADABLE = (
    OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error, struct.error, UnicodeError,
)  # fmt: skip


class _Check:
    """One verification: collects what it finds."""

    def __init__(self, source: Any, keys: Dict[str, Any] | None, found: List[Finding]) -> None:
        self.source, self.keys, self.found = source, keys, found
        self.manifest: Dict[str, Any] = {}
        self.signed_by: tuple[Any, Any] | None = None
        self.seal = ""  # name and fingerprint of the key by which the signature is good

    def say(self, file: str, check: str, message: str, record: str = "") -> None:
        self.found.append(Finding(file, record, check, message))

    def run(self) -> None:
        names = Counter(self.source.names)
        for name in sorted(name for name, times in names.items() if times > 1):
            self.say(name, "文件清单", "同名文件有两个")
        if MANIFEST not in self.source.names:
            self.say(MANIFEST, "文件清单", "缺少 manifest.json")
            return
        raw = self._bytes(MANIFEST)
        self._signature(raw)
        try:
            manifest = read_canonical(raw)
            self._manifest(manifest)
        except ValueError as error:
            self.say(MANIFEST, "清单格式", str(error))
            return
        self.manifest = manifest
        if self.signed_by and self.signed_by != (manifest["key_id"], manifest["batch_no"]):
            self.say(SIGNATURE, "签名", "签名所用的密钥或批次编号和清单不一致")
        self._files()
        try:
            self._records()
        except _UNREADABLE:
            self.say(RECORDS, "读取", "记录读不出来")

    def _bytes(self, name: str, most: int = 64 * 2**20) -> bytes:
        try:
            with self.source.open(name) as file:
                return bytes(file.read(most))
        except _UNREADABLE:
            self.say(name, "读取", "文件读不出来")
            return b""

    def _manifest(self, manifest: Any) -> None:
        wanted = {"format": str, "batch_no": str, "generated_at": str, "platform_version": str, "batch_root": str, "key_id": str, "alg": str,
                  "purpose": str, "prepared_by": str, "org": str, "year": int, "series": str, "since_current_title": bool, "rules": dict,
                  "counts": dict, "schools": dict, "files": list}  # fmt: skip
        if not isinstance(manifest, dict) or set(manifest) != set(wanted):
            raise ValueError("清单的字段不对")
        if not all(isinstance(manifest[name], kind) for name, kind in wanted.items()):
            raise ValueError("清单的字段类型不对")
        if manifest["format"] != FORMAT:
            raise ValueError("不认识的格式版本，请用随包的 verify.py")
        for one in manifest["files"]:
            if (
                not isinstance(one, dict)
                or set(one) != {"name", "sha256", "size"}
                or not isinstance(one["name"], str)
            ):
                raise ValueError("清单里的文件条目不对")
        for one in manifest["schools"].values():
            if (
                not isinstance(one, dict)
                or set(one) != {"records", "first_prev", "last"}
                or not all(_RULES["digest"](one[k]) for k in ("first_prev", "last"))
            ):
                raise ValueError("清单里的学校条目不对")

    def _signature(self, manifest: bytes) -> None:
        if SIGNATURE not in self.source.names:
            self.say(SIGNATURE, "签名", "没有签名：这个包没有放行，不能使用")
            return
        try:
            head, body, signature = self._bytes(SIGNATURE, 65536).decode("ascii").split(".")
            header, claims = json.loads(unbase64(head)), json.loads(unbase64(body))
            signed = unbase64(signature)
            if header != {"alg": "Ed25519", "kid": header["kid"], "typ": SIGNED_AS}:
                raise ValueError("签名头不对")
            self.signed_by = (header["kid"], claims["batch_no"])
            if claims["manifest"] != sha256(manifest):
                self.say(MANIFEST, "签名", "清单和签名里的摘要对不上，清单被改动过")
        except (ValueError, KeyError, TypeError, RecursionError):
            self.say(SIGNATURE, "签名", "签名文件损坏")
            return
        if self.keys is None:
            return
        try:
            key = {k["kid"]: unbase64(k["x"]) for k in self.keys["keys"] if k.get("crv") == "Ed25519"}.get(
                header["kid"]
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            self.say(SIGNATURE, "签名", "公钥文件读不出来")
            return
        if key is None:
            self.say(SIGNATURE, "签名", "公钥文件里没有签名所用的密钥 %s" % str(header["kid"])[:64])
        elif not ed25519(key, ("%s.%s" % (head, body)).encode("ascii"), signed):
            self.say(SIGNATURE, "签名", "签名不对：被改动过，或不是本平台签发的")
        else:
            self.seal = "%s 的指纹：%s" % (header["kid"], fingerprint(key))

    def _files(self) -> None:
        listed = {one["name"]: one for one in self.manifest["files"]}
        if len(listed) != len(self.manifest["files"]):
            self.say(MANIFEST, "文件清单", "清单里有重复的文件名")
        present = set(self.source.names) - {MANIFEST, SIGNATURE}
        for name in sorted(present - set(listed)):
            self.say(name, "文件清单", "清单里没有这个文件")
        for name in sorted(set(listed) - present):
            self.say(name, "文件清单", "缺少这个文件")
        for name in sorted(present & set(listed)):
            digest, size = hashlib.sha256(), 0
            try:
                with self.source.open(name) as file:
                    for part in iter(lambda f=file: f.read(1 << 20), b""):  # type: ignore[misc]
                        digest.update(part)
                        size += len(part)
            except _UNREADABLE:
                self.say(name, "读取", "文件读不出来")
                continue
            if (digest.hexdigest(), size) != (listed[name]["sha256"], listed[name]["size"]):
                self.say(name, "文件摘要", "内容和清单里的摘要对不上，文件被改动过")

    def _records(self) -> None:
        if not {RECORDS, TABLE} <= set(self.source.names):
            return
        heads: Dict[str, str] = {}
        counts: Dict[str, int] = {}
        links: List[str] = []
        roots, papers, lines = set(), set(), 0
        with self.source.open(RECORDS) as file, self.source.open(TABLE) as table:
            if table.read(len(TABLE_HEAD)) != TABLE_HEAD:
                self.say(TABLE, "表头", "表头不对，或没有 BOM")
            for lines, raw in enumerate(file, 1):
                record = self._record(raw, lines)
                if record is None:
                    continue
                name = "第 %d 条 %s" % (lines, record["certificate"]["cert_no"])
                self._row(record, table, name)
                school, seal = record["unit"]["school_code"], record["integrity"]
                opened = self.manifest["schools"].get(school, {"first_prev": ZERO})["first_prev"]
                if seal["prev_hash"] != heads.get(school, opened):
                    self.say(RECORDS, "前序", "前序摘要接不上：本校有记录被删除、插入或调换了顺序", name)
                digest = record_hash(record)
                heads[school] = link(seal["prev_hash"], digest)
                counts[school] = counts.get(school, 0) + 1
                links.append(heads[school])
                roots.add(seal["batch_root"])
                if record["certificate"]["cert_no"] in papers:
                    self.say(RECORDS, "证书编号", "同一份证书出现两次", name)
                papers.add(record["certificate"]["cert_no"])
                self._papers(record, name)
            if table.read(1):
                self.say(TABLE, "行数", "比 records.jsonl 多出内容")
        self._totals(lines, counts, heads, links, roots, papers)

    def _record(self, raw: bytes, number: int) -> Dict[str, Any] | None:
        """The record of one line, everything that can be said of it alone said."""
        name = "第 %d 条" % number
        try:
            if not raw.endswith(b"\n"):
                raise ValueError("行尾缺少换行")
            record = read_canonical(raw[:-1])
        except ValueError as error:
            self.say(RECORDS, "记录格式", str(error), name)
            return None
        wrong = list(misshapen(record))
        if isinstance(record, dict) and isinstance(record.get("certificate"), dict):
            name = "%s %s" % (name, str(record["certificate"].get("cert_no", ""))[:64])
        if wrong:
            self.say(RECORDS, "记录字段", "字段缺失、多余、为空或写法不对：%s" % "、".join(wrong[:5]), name)
            return None
        seal: Dict[str, Any] = record["integrity"]
        if record_hash(record) != seal["record_hash"]:
            self.say(RECORDS, "记录摘要", "记录内容和记录摘要对不上，记录被改动过", name)
        told = {
            k: self.manifest[k]
            for k in ("batch_root", "batch_no", "generated_at", "platform_version", "key_id", "alg")
        }
        for field in sorted(told):
            if seal[field] != told[field]:
                self.say(RECORDS, "批次", "完整性字段 %s 和清单不一致" % field, name)
        if seal["signature"] != SIGNATURE:
            self.say(RECORDS, "批次", "完整性字段 signature 不对", name)
        for check, message in contradictions(record, self.manifest["since_current_title"]):
            self.say(RECORDS, check, message, name)
        return dict(record)

    def _row(self, record: Dict[str, Any], table: BinaryIO, name: str) -> None:
        wanted = table_line(table_row(record))
        if table.read(len(wanted)) != wanted:
            self.say(TABLE, "对照", "表格和 records.jsonl 不一致", name)

    def _papers(self, record: Dict[str, Any], name: str) -> None:
        wanted = ["publicity/%s.pdf" % record["unit"]["school_code"]] if record["kind"] == "record" else []
        wanted.append("certificates/%s.pdf" % record["certificate"]["cert_no"])
        for file in wanted:
            if file not in self._names:
                self.say(file, "附件", "缺少这条记录的附件", name)

    @property
    def _names(self) -> frozenset[str]:
        if not hasattr(self, "_kept"):
            self._kept = frozenset(self.source.names)
        return self._kept

    def _totals(self, lines: int, counts: Any, heads: Any, links: Any, roots: Any, papers: Any) -> None:
        manifest = self.manifest
        if manifest["counts"].get("records") != lines:
            self.say(
                RECORDS, "条数", "清单说有 %s 条，实际 %d 条" % (manifest["counts"].get("records"), lines)
            )
        if {k: v["records"] for k, v in manifest["schools"].items()} != counts:
            self.say(RECORDS, "条数", "各校条数和清单不一致")
        for school in sorted(set(heads) & set(manifest["schools"])):
            if heads[school] != manifest["schools"][school]["last"]:
                self.say(RECORDS, "前序", "学校 %s 的末条摘要和清单不一致" % school)
        if merkle_root(links) != manifest["batch_root"]:
            self.say(RECORDS, "批次根", "全部记录算出的批次根和清单不一致")
        for name in sorted(self._names):
            if name.startswith("certificates/") and name[13:-4] not in papers:
                self.say(name, "附件", "没有哪条记录用到这份证书")


def fingerprint(key: bytes) -> str:
    """The JWK thumbprint (RFC 7638, SHA-256) of an Ed25519 key in hexadecimal, four digits a group."""
    x = base64.urlsafe_b64encode(key).rstrip(b"=").decode("ascii")
    digest = sha256(('{"crv":"Ed25519","kty":"OKP","x":"%s"}' % x).encode("ascii"))
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def check_package(path: Any, keys: Dict[str, Any] | None = None) -> List[Finding]:
    """Everything that is wrong with a package (zip, unpacked folder, or its manifest.json); an empty list where nothing is.

    ``keys`` is a JWK set. Without it the signature is not checked, and whoever asks must say so.
    """
    return examine(path, keys)[0]


def examine(path: Any, keys: Dict[str, Any] | None = None) -> Tuple[List[Finding], str]:
    """What is wrong with a package, and by which key (name and fingerprint) its signature is good, if it is."""
    place = Path(path)
    found: list[Finding] = []
    if place.name == MANIFEST and place.is_file():
        place = place.parent
    source: Any
    if place.is_dir():
        source = _Folder(place)
    elif not place.is_file():
        return [Finding(place.name, "", "读取", "没有这个文件")], ""
    else:
        try:
            with place.open("rb") as file:
                entries, _ = entries_of(file)
            source = _Zip(place, entries)
            for one in entries:
                crc = 0
                with source.open(one.name) as file:
                    for part in iter(lambda f=file: f.read(1 << 20), b""):  # type: ignore[misc]
                        crc = zlib.crc32(part, crc)
                if crc != one.crc:
                    found.append(Finding(one.name, "", "压缩包", "内容和压缩包里的校验和对不上"))
        except ValueError as error:
            found.append(
                Finding(
                    place.name, "", "压缩包", "不是平台原样生成的压缩包（损坏、改动或重新压缩过）：%s" % error
                )
            )
            try:
                source = _Repacked(place)
            except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
                return found, ""
    check = _Check(source, keys, found)
    check.run()
    return found, check.seal


def main(argv: Sequence[str]) -> int:
    """0 all is well, 1 something is wrong, 2 wrong usage, 3 well in itself but the signature was not checked."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    arguments = list(argv)
    keys: dict[str, Any] | None = None
    if "--keys" in arguments[:-1]:
        place = arguments.index("--keys")
        try:
            keys = json.loads(Path(arguments[place + 1]).read_text("utf-8"))
            if not isinstance(keys, dict):
                raise ValueError
        except (OSError, ValueError):
            sys.stderr.write("公钥文件读不出来：%s\n" % arguments[place + 1])
            return USAGE
        del arguments[place : place + 2]
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.stderr.write(
            "用法：python verify.py hr_batch_编号.zip --keys keys.json\n　　　（也可以是解开后的文件夹，或其中的 manifest.json）\n"
        )
        return USAGE
    found, seal = examine(arguments[0], keys)
    for one in found:
        sys.stdout.write(
            "✕ %s\n"
            % "　".join(part for part in (one.file, one.record, "[%s]" % one.check, one.message) if part)
        )
    if found:
        sys.stdout.write("核验不通过：共 %d 处问题。\n" % len(found))
        return FOUND
    if keys is None:
        sys.stdout.write(
            "内容前后一致，但没有给公钥，签名没有核验。请加 --keys keys.json（从平台 /keys.json 取得，与公函所附指纹核对）。\n"
        )
        return UNSIGNED
    sys.stdout.write("✓ 核验通过：签名有效，每个文件、每条记录都和签发时一致。\n")
    sys.stdout.write("签名公钥 %s\n请与公函所附的指纹逐组核对：一致，公钥才是发证单位的。\n" % seal)
    return OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
