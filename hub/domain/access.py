"""Who may see what: the permission matrix of the bureau as data, resources by roles, with the roles still to come."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hub.domain.people import ROLE_NAMES, Role


class Reach(StrEnum):
    """How far somebody reaches into a resource."""

    NONE = "none"
    OWN = "own"
    CHILD = "child"
    ASSIGNED = "assigned"
    CLASS = "class"
    SCHOOL = "school"
    COUNTY = "county"
    CITY = "city"
    SCOPE = "scope"  # wherever the role was given: registrars and the three administrators
    AGGREGATE = "aggregate"
    RELEASED = "released"
    PUBLIC = "public"


REACH_NAMES = {
    Reach.NONE: "–", Reach.OWN: "本人", Reach.CHILD: "子女", Reach.ASSIGNED: "分派的", Reach.CLASS: "任教的班",
    Reach.SCHOOL: "本校", Reach.COUNTY: "本县", Reach.CITY: "全市", Reach.SCOPE: "任职范围", Reach.AGGREGATE: "汇总",
    Reach.RELEASED: "已发布", Reach.PUBLIC: "公开",
}  # fmt: skip

# Roles that nothing is built for yet; they have their column so that nothing is forgotten when they come.
COMING = {
    "parent": "家长",
    "social_learner": "社会学习者",
    "provider": "资源提供者",
    "research_centre": "研究中心",
}
COLUMNS: dict[str, str] = {role.value: ROLE_NAMES[role] for role in Role} | COMING


@dataclass(frozen=True)
class Cell:
    """One cell; ``star``: only with somebody else's approval, and every read is on record."""

    reach: Reach
    star: bool = False


NOTHING = Cell(Reach.NONE)


@dataclass(frozen=True)
class Resource:
    """One row: what it is called, and who reaches how far; whoever is not named reaches nothing."""

    key: str
    name: str
    cells: dict[str, Cell]
    note: str = ""


def _row(key: str, name: str, cells: str, note: str = "") -> Resource:
    """A row from ``role=reach`` words; ``*`` at the end is the star."""
    found = {}
    for word in cells.split():
        role, _, reach = word.partition("=")
        if role not in COLUMNS:
            raise ValueError(f"no such role: {role}")
        found[role] = Cell(Reach(reach.rstrip("*")), reach.endswith("*"))
    return Resource(key, name, found, note)


# Where domain.md 6.2 says city or county of personal data, it is their sub-role hr; other officials see aggregates.
_ROWS = (
    _row("kpi_board", "学校、县（市、区）指标看板", "city_official=city city_hr=city county_official=county county_hr=county school_admin=school teacher=aggregate social_learner=aggregate"),
    _row("hours", "教师学时台账", "city_hr=city city_official=aggregate county_hr=county county_official=aggregate school_admin=school teacher=own hr_reader=released"),
    _row("ratings", "教师能力等级", "city_hr=city city_official=aggregate county_hr=county county_official=aggregate school_admin=school teacher=own hr_reader=released"),
    _row("evidence_files", "教师证据材料", "city_hr=assigned* county_hr=assigned* assessor=assigned school_admin=school teacher=own", "评审专家只看分派给自己的，且不知道是谁的"),
    _row("reviewers", "评审专家身份、评语", "city_hr=city* county_hr=county* assessor=own audit_admin=scope", "教师不知道是谁评的"),
    _row("id_numbers", "教师身份证号（完整）", "city_hr=city* county_hr=county* teacher=own hr_reader=released", "本人只看到打了星号的；学校没有人事角色之前，学校也只看到打了星号的"),
    _row("student_roster", "学生名单", "city_official=aggregate city_hr=aggregate county_official=aggregate county_hr=aggregate school_admin=school registrar=scope instructor=class teacher=class"),
    _row("student_grades", "学生成绩、学习记录", "city_official=aggregate county_official=aggregate school_admin=school* instructor=class teacher=class student=own parent=child", "汇总的格子不到 10 名学生不显示；校级按班看，看到姓名要审批"),
    _row("student_ids", "学籍号、监护人电话", "school_admin=school* student=own parent=child", "本人和家长只看到打了星号的"),
    _row("class_ranking", "班级排名", "instructor=class", "只给任课教师自己看；学生、家长的页面不算名次"),
    _row("lab_traces", "实训操作记录、实训成绩", "city_official=aggregate county_official=aggregate school_admin=school instructor=class student=own parent=child social_learner=own provider=aggregate"),
    _row("hidden_tests", "作业的隐藏测试、参考答案", "instructor=own", "只有作者；从不进入学员的环境"),
    _row("community", "社区帖子", "city_official=city county_official=county school_admin=school teacher=scope student=class parent=school social_learner=public provider=public", "教育局、学校是管理；教师是所加入的"),
    _row("certificates", "证书", "city_official=city city_hr=city county_hr=county school_admin=school teacher=own student=own parent=child social_learner=own hr_reader=released"),
    _row("audit_log", "审计记录", "teacher=own student=own parent=own social_learner=own audit_admin=scope", "其他人只看自己的登录记录"),
    _row("bulk_export", "批量导出", "city_hr=city* county_hr=county* school_admin=school* instructor=class teacher=own student=own parent=own social_learner=own provider=own hr_reader=released research_centre=released", "每份文件带水印：导出人账号和用途；班级表没有证件号；研究中心只有去标识的"),
    _row("accounts", "账号、角色", "county_official=county school_admin=school registrar=scope instructor=class parent=child social_learner=own sec_admin=scope", "县教育局建学校管理员；学校用名册建教师、学生；授课教师发班级码"),
    # what 6.2 does not name
    _row("courses", "课程、班次、作业", "teacher=own student=own instructor=class social_learner=public"),
    _row("organisations", "学校、教学点", "registrar=scope"),
    _row("frameworks", "能力标准", "city_official=city"),
    _row("publicity", "公示与异议", "city_official=city city_hr=city county_official=county county_hr=county school_admin=school teacher=school"),
    _row("titles", "职称记录", "city_hr=city county_hr=county school_admin=school teacher=own"),
    _row("approvals", "带星号的读取：申请、决定", "city_hr=city county_hr=county school_admin=school sec_admin=scope", "决定的人不能是申请的人"),
    _row("system", "系统与评分队列", "sys_admin=scope", "只有数字和原因，没有姓名，打不开提交"),
)  # fmt: skip
RESOURCES: dict[str, Resource] = {row.key: row for row in _ROWS}

# Every verb of hub.domain.people.PERMISSIONS -> the row it belongs to. A new verb is one line here.
VERBS: dict[str, str] = {
    "course.study": "courses",
    "run.open": "courses",
    "run.teach": "courses",
    "roster.import": "accounts",
    "schools.import": "organisations",
    "people.list": "student_roster",
    "password.reset": "accounts",
    "certificate.apply": "certificates",
    "application.review": "certificates",
    "certificate.revoke": "certificates",
    "overview.read": "kpi_board",
    "framework.edit": "frameworks",
    "diagnosis.own": "ratings",
    "hours.own": "hours",
    "hours.import": "hours",
    "dossier.write": "evidence_files",
    "dossier.assess": "evidence_files",
    "panel.tend": "reviewers",
    "application.school": "ratings",
    "application.county": "ratings",
    "application.confirm": "ratings",
    "notice.open": "publicity",
    "notice.read": "publicity",
    "objection.raise": "publicity",
    "objection.answer": "publicity",
    "title.note": "titles",
    "title.set": "titles",
    "package.prepare": "bulk_export",
    "package.release": "bulk_export",
    "package.read": "bulk_export",
    "audit.read": "audit_log",
    "accounts.manage": "accounts",
    "school_admin.appoint": "accounts",
    "identity.read": "id_numbers",
    "approval.ask": "approvals",
    "approval.decide": "approvals",
    "system.read": "system",
    "grading.tend": "system",
}


def cell(resource: str, role: str) -> Cell:
    """What ``role`` may see of ``resource``. An unknown resource is a programming error, not a yes."""
    return RESOURCES[resource].cells.get(role, NOTHING)


STARRED: tuple[str, ...] = tuple(
    key for key, row in RESOURCES.items() if any(c.star for c in row.cells.values())
)


def starred_roles(resource: str) -> frozenset[Role]:
    """The roles of today that see ``resource`` with an approval only."""
    return frozenset(role for role in Role if cell(resource, role.value).star)


def watermark(login: str, purpose: str, day: str) -> str:
    """What every bulk export carries: who took it, what for, when."""
    return f"导出人 {login}　用途：{purpose}　{day}"
