"""The first accounts: shown once, when the demo city has just been built; afterwards kept in a file."""

from __future__ import annotations

import json
from pathlib import Path

from rich.table import Table

from hub.operations.screen import Screen
from hub.settings import Settings


def path(settings: Settings) -> Path:
    """Where the builder of the demo city writes ``[{role, name, login, password}]``."""
    return settings.secrets_dir / "first-accounts.json"


def greet(settings: Settings, screen: Screen, new: bool) -> None:
    """Show the accounts if they are new; else say where they are kept, if they are."""
    kept = path(settings)
    if not kept.exists():
        return
    if not new:
        screen.line(f"  初始账号在 {kept}")
        return
    table = Table(title="初始账号（只显示这一次）")
    for title in ("角色", "姓名", "账号", "密码"):
        table.add_column(title, no_wrap=True)
    for each in json.loads(kept.read_text(encoding="utf-8")):
        table.add_row(each["role"], each["name"], each["login"], each["password"])
    screen.show(table)
    screen.line(f"  以后在 {kept} 查看。")
