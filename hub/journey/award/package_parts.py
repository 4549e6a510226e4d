"""The parts of a package that are drawn from its records: the two tables, the publicity pages, the manifest, the README."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hub.domain.title import Package
from hub.domain.title_record import RECORD, ColumnMap
from hub.records import verify as form

README = """洛教学堂　职称评聘记录报送包

批次编号　{number}
用　　途　{purpose}
制作人员　{prepared_by}（平台人员编号）
生成时间　{generated_at}
记录条数　{records} 条，其中更正 {corrections} 条；学校 {schools} 所

一、里面有什么
  manifest.json       清单：每个文件的摘要、条数、规则和平台版本
  records.jsonl       记录，每行一条，按 RFC 8785 规范书写，含完整身份证号
  records.csv         同样的内容，可用表格软件打开；长号码前有英文撇号，表示按文本显示
  import.csv          按省继续教育平台“批量导入”的列排好；请直接导入，不要用表格软件另存
  certificates/       每份证书一个 PDF，文件名是证书编号
  publicity/          每所学校一个 PDF，公示的时间和名单
  signature.sig       放行时对清单的签名（Ed25519，JWS）；没有它就是没有放行
  verify.py           核验程序，只用 Python 自带的库，不联网

二、怎样核验
  1. 在平台 {issuer}/keys.json 取得公钥，另存为 keys.json。
  2. 运行　python verify.py hr_batch_{number}.zip --keys keys.json
     或在解开后的文件夹里运行　python verify.py . --keys keys.json
  3. 显示“核验通过”后，把程序显示的公钥指纹与公函所附的逐组核对，一致即可使用；
     有问题时逐条说明是哪个文件、哪条记录、哪项检查。
  verify.py 也可以从平台 {issuer}/verify/verify.py 取得，与包里的对照。

三、更正
  包里的记录不会再改。证书撤销或被替代的，下一个包里有一条“更正”记录，指明更正哪一条。

四、保密
  本包含个人信息，只限上述用途，请专人保管，用后按规定销毁。
"""


@dataclass
class Parts:
    """What is gathered while the records go by, once."""

    package: Package
    columns: ColumnMap
    table: io.BytesIO = field(default_factory=lambda: io.BytesIO(form.TABLE_HEAD))
    imported: io.StringIO = field(default_factory=lambda: io.StringIO(newline=""))
    schools: dict[str, str] = field(default_factory=dict)
    notices: dict[str, dict[tuple[str, ...], list[dict[str, str]]]] = field(default_factory=dict)
    records: int = 0
    corrections: int = 0

    def __post_init__(self) -> None:
        self.table.seek(0, io.SEEK_END)
        self._writer = csv.writer(self.imported, lineterminator="\r\n")
        self._writer.writerow([heading for heading, _ in self.columns.columns])

    def take(self, record: Mapping[str, Any]) -> None:
        """Draw from one whole record what the other files say of it."""
        self.records += 1
        self.table.write(form.table_line(form.table_row(dict(record))))
        if record["kind"] != RECORD:
            self.corrections += 1
            return
        for entry in record["training"]:
            self._writer.writerow([self._cell(source, record, entry) for _, source in self.columns.columns])
        unit, notice = record["unit"], record["process"]["publicity"]
        self.schools[unit["school_code"]] = unit["org_name"]
        shown = (notice["from"], notice["to"], str(notice["working_days"]), notice["place_url"])
        self.notices.setdefault(unit["school_code"], {}).setdefault(shown, []).append(
            {
                "name": record["identity"]["name"],
                "codes": "、".join(map(form.item_code, record["competency"]["items"])),
                "rating": record["competency"]["overall_rating"],
                "objection": _OBJECTIONS.get(record["process"]["appeal_status"], "无"),
            }
        )

    def _cell(self, source: str, record: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
        if source.startswith("="):
            return source[1:]
        value: Any = {"record": record, "entry": entry}
        for name in source.split("."):
            value = value.get(name, "") if isinstance(value, Mapping) else ""
        text = form.no_formula(str(value))
        return self.columns.text_mark + text if source == "record.identity.id_no" else text

    def import_table(self) -> bytes:
        """The table for the provincial platform, in its encoding; a sign it does not have is refused nowhere but told."""
        return self.imported.getvalue().encode(self.columns.encoding, "xmlcharrefreplace")

    def publicity(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """School by school, what its page of publicity shows."""
        for code, notices in sorted(self.notices.items()):
            told = [
                {"since": _day(since), "until": _day(until), "days": days, "place": place, "rows": rows}
                for (since, until, days, place), rows in sorted(notices.items())
            ]
            yield (
                code,
                {
                    "school": self.schools[code],
                    "code": code,
                    "batch": f"报送包 {self.package.number}",
                    "notices": told,
                },
            )


_OBJECTIONS = {"rejected": "有，已答复，不成立", "upheld": "有，成立", "none": "无"}


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"


def readme(parts: Parts, generated_at: str, issuer: str) -> bytes:
    """What the package says of itself, with the line ends of Windows and a BOM, so that Notepad shows it."""
    package = parts.package
    text = README.format(
        number=package.number, purpose=package.purpose, prepared_by=package.prepared_by, generated_at=generated_at,
        records=parts.records, corrections=parts.corrections, schools=len(parts.notices), issuer=issuer,
    )  # fmt: skip
    return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
