"""``luojiao calendar``: the State Council's arrangement of holidays for a year, when it is published."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from hub.domain.errors import Refusal
from hub.journey.workdays import load
from hub.operations.appoint import running_database
from hub.operations.postgres_place import DatabaseError
from hub.operations.screen import Screen
from hub.settings import Settings
from hub.sources.calendar import read
from hub.wiring import fittings

LARGEST = 1 << 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument("what", choices=["import"], metavar="import", help="导入放假调休安排")
    parser.add_argument("file", type=Path, metavar="文件", help="JSON，格式见 docs/howto/calendar.md")
    parser.add_argument("--replace", action="store_true", help="国务院改了安排：替换库里已有的年份")


def run(settings: Settings, screen: Screen, chosen: argparse.Namespace) -> int:
    """Take the years of a file, all or none."""
    try:
        data = chosen.file.read_bytes()[: LARGEST + 1]
        if len(data) > LARGEST:
            screen.bad("这个文件太大，不像放假安排。")
            return 1
        arrangements = read(data)
        f = fittings(dataclasses.replace(settings, database_url=running_database(settings)))
        changed = load(f, arrangements, replacing=chosen.replace)
    except OSError as error:
        screen.bad(f"文件读不出来：{error.strerror or error}")
        return 1
    except (Refusal, DatabaseError) as error:
        screen.bad(error.message if isinstance(error, Refusal) else str(error))
        return 1
    screen.good(
        "已导入 " + "、".join(f"{year} 年" for year in changed) if changed else "库里已是这样，没有改动。"
    )
    return 0
