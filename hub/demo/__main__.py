"""``python -m hub.demo``: build the demo city where there is none yet; safe to run at every start."""

from __future__ import annotations

import sys

from sqlalchemy.exc import SQLAlchemyError

from hub import settings as platform
from hub.demo.build import build
from hub.domain.errors import Refusal
from hub.environment import SettingError
from hub.store.files import FileLost
from hub.wiring import fittings


def main() -> int:
    """0 built or found; 1 failed, 2 wrong setting, each with one line that says what."""
    try:
        settings = platform.load()
    except SettingError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if settings.demo == "0":
        sys.stdout.write("没有启用演示城市（LUOJIAO_DEMO=0）。\n")
        return 0
    if not settings.database_url:
        sys.stderr.write("没有数据库地址：请设置 LUOJIAO_DATABASE_URL，或用 luojiao up 启动自带的数据库。\n")
        return 2
    try:
        said = build(fittings(settings), settings.demo, settings.secrets_dir)
    except Refusal as no:
        sys.stderr.write(f"演示城市没有建成：{no.message}\n")
        return 1
    except (SQLAlchemyError, OSError, FileLost) as error:
        sys.stderr.write(f"演示城市没有建成：{type(error).__name__}，请查看数据库和磁盘。\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
