"""``python -m tests.enter.permissions_page``: write docs/reference/permissions.md from the matrix and the permissions."""

from __future__ import annotations

from hub.domain.access import COLUMNS, COMING, REACH_NAMES, RESOURCES, VERBS, Reach, cell
from hub.domain.people import PERMISSIONS, ROLE_NAMES, Role
from hub.settings import CHECKOUT

PAGE = CHECKOUT / "docs/reference/permissions.md"
_HEAD = """# 谁能看什么、做什么

由 `hub/domain/access.py` 和 `hub/domain/people.py` 生成，不要手改：`python -m tests.enter.permissions_page`。

每个角色都是在某个单位得到的，范围是这个单位和它的下级。`*`：要由别人批准（有效 7 天），每次读取记入审计；申请和决定在门户的“审批”页。
“汇总”：不到 5 名教师或 10 名学生的格子不显示。没有列出的就是看不到。

## 资源

"""
_MIDDLE = """
还没有功能的角色：{coming}。它们的格子先写在这里，做的时候照着做。

## 操作

一项操作属于上面的一种资源；能做它的角色，只在自己任职的单位和下级里能做。

| 操作 | 资源 | 角色 |
|---|---|---|
"""


def page() -> str:
    """The whole page."""
    lines = [_HEAD]
    for row in RESOURCES.values():
        lines.append(f"### {row.name}\n\n")
        for reach in Reach:
            for star in (False, True):
                who = [
                    name
                    for role, name in COLUMNS.items()
                    if (found := cell(row.key, role)).reach is reach and found.star is star
                ]
                if who and reach is not Reach.NONE:
                    lines.append(f"- {REACH_NAMES[reach]}{'*' if star else ''}：{'、'.join(who)}\n")
        lines.append(f"\n{row.note}。\n\n" if row.note else "\n")
    lines.append(_MIDDLE.format(coming="、".join(COMING.values())).lstrip("\n"))
    for verb, roles in PERMISSIONS.items():
        who = "、".join(ROLE_NAMES[role] for role in Role if role in roles)
        lines.append(f"| `{verb}` | {RESOURCES[VERBS[verb]].name} | {who} |\n")
    return "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
