"""``luojiao appoint``: the first accounts of an empty house, and offices that no roster gives."""

from __future__ import annotations

import argparse
import dataclasses

from hub.domain.errors import Refusal
from hub.domain.people import ROLE_NAMES, Role
from hub.journey.appoint import OFFICES, appoint
from hub.journey.award import panel
from hub.journey.resets import operator_factor, operator_reset
from hub.operations import database, home
from hub.operations.database_roles import DATABASES
from hub.operations.external_database import connect_external
from hub.operations.postgres_place import DatabaseError
from hub.operations.screen import Screen
from hub.settings import Settings
from hub.wiring import fittings

BY_NAME = {ROLE_NAMES[role]: role for role in OFFICES}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument("role", choices=[*BY_NAME], metavar="角色", help="、".join(BY_NAME))
    parser.add_argument("--name", default="", help="姓名（新建账号时）")
    parser.add_argument("--login", default="", help="已有的账号（给他加一个角色时）")
    parser.add_argument("--org", default="410300", help="管辖单位的代码，默认全市 410300")


def run(settings: Settings, screen: Screen, chosen: argparse.Namespace) -> int:
    """Make the account, or add the role; the first password is shown once."""
    try:
        f = fittings(dataclasses.replace(settings, database_url=running_database(settings)))
        person, password = appoint(f, chosen.name, BY_NAME[chosen.role], chosen.org, chosen.login)
        if BY_NAME[chosen.role] is Role.ASSESSOR:
            panel.fill(f)  # somebody may have been waiting for them
    except (Refusal, DatabaseError) as error:
        screen.bad(error.message if isinstance(error, Refusal) else str(error))
        return 1
    screen.good(f"{person.name} 现在是{chosen.role}，账号 {person.login}")
    if password:
        screen.line(f"  首次密码 {password}（只显示这一次，首次登录要修改）")
    return 0


def reset(settings: Settings, screen: Screen, chosen: argparse.Namespace) -> int:
    """``luojiao password``: a fresh first password, for those whom nobody at the portal may reset."""
    try:
        f = fittings(dataclasses.replace(settings, database_url=running_database(settings)))
        password = operator_reset(f, chosen.login)
    except (Refusal, DatabaseError) as error:
        screen.bad(error.message if isinstance(error, Refusal) else str(error))
        return 1
    screen.good(f"{chosen.login} 的新密码 {password}（只显示这一次，首次登录要修改）")
    return 0


def factor(settings: Settings, screen: Screen, chosen: argparse.Namespace) -> int:
    """``luojiao second-factor reset``: for whoever lost their phone and every recovery code."""
    try:
        f = fittings(dataclasses.replace(settings, database_url=running_database(settings)))
        operator_factor(f, chosen.login)
    except (Refusal, DatabaseError) as error:
        screen.bad(error.message if isinstance(error, Refusal) else str(error))
        return 1
    screen.good(f"{chosen.login} 的第二步验证已取消，下次登录时重新设置")
    return 0


def running_database(settings: Settings) -> str:
    """The address of the database of a running platform. Raises DatabaseError where none runs."""
    if settings.database_url:
        return connect_external(settings.database_url)[0]
    if not home.supervisor_pid(settings):
        raise DatabaseError("平台没有在运行：请先 luojiao up --detach。")
    server = database.at(settings.database_dir, settings.run_dir, settings.secrets_dir)
    return server.url(DATABASES[0])
