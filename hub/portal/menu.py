"""The five entries 学 教 考 评 管: which of them a person has, and what lies under each."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.organisation import CITY
from hub.domain.people import Actor, may


@dataclass(frozen=True)
class Entry:
    """One entry of the rail; ``pages`` are (title, address), the first is where the entry leads."""

    sign: str
    title: str
    pages: tuple[tuple[str, str], ...]


def entries(actor: Actor | None) -> list[Entry]:
    """The entries of a person's roles, in the fixed order."""
    if actor is None:
        return []
    learner = may(actor, "course.study")
    teaches = may(actor, "run.teach")
    reviews = may(actor, "application.review")
    found = [
        Entry("学", "学习", (("我的学习", "/learn"), ("课程", "/courses")) if learner else ()),
        Entry("教", "授课", (("我的班次", "/teach"),) if teaches else ()),
        Entry("考", "批改", (("待批改", "/marking"),) if teaches else ()),
        Entry(
            "评",
            "评价",
            ((("我的能力", "/competencies"),) if may(actor, "certificate.apply") else ())
            + ((("微能力考核", "/dossiers"),) if may(actor, "dossier.write") else ())
            + ((("我的学时", "/hours"),) if may(actor, "hours.own") else ())
            + (
                (("证书申请", "/applications"), ("我的证书", "/certificates"))
                if may(actor, "certificate.apply")
                else ()
            )
            + ((("自我诊断", "/diagnosis"),) if may(actor, "diagnosis.own") else ())
            + ((("考核评审", "/assess"),) if may(actor, "dossier.assess") else ())
            + ((("评审分派", "/panels"),) if may(actor, "panel.tend") else ())
            + ((("证书审核", "/review"),) if reviews else ())
            + ((("公示", "/publicity"), ("异议", "/objections")) if may(actor, "notice.read") else ())
            + ((("职务", "/titles"), ("年度设置", "/titles/settings")) if may(actor, "title.note") else ())
            + ((("报送人社", "/packages"),) if may(actor, "package.read") else ()),
        ),
        Entry(
            "管",
            "管理",
            ((("概览", "/overview"),) if may(actor, "overview.read") else ())
            + ((("发证", "/batches"),) if may(actor, "certificate.issue") else ())
            + ((("能力标准", "/frameworks"),) if may(actor, "framework.edit") else ())
            + ((("证书管理", "/issued"),) if may(actor, "certificate.revoke") else ())
            + ((("人员", "/people"),) if may(actor, "people.list") else ())
            + ((("学校管理员", "/school-admins"),) if may(actor, "school_admin.appoint") else ())
            + ((("账号", "/accounts"),) if may(actor, "accounts.manage", (CITY,)) else ())
            + ((("审批", "/approvals"),) if may(actor, "approval.decide") else ())
            + (
                (("教师学时", "/hours/school"), ("学时导入", "/hours/import"))
                if may(actor, "hours.import")
                else ()
            )
            + ((("名册导入", "/roster"),) if may(actor, "roster.import") else ())
            + ((("学校", "/schools"),) if may(actor, "schools.import") else ())
            + ((("系统", "/system"),) if may(actor, "system.read") else ())
            + ((("评分队列", "/queue"),) if may(actor, "grading.tend") else ())
            + ((("审计日志", "/audit"),) if may(actor, "audit.read", (CITY,)) else ()),
        ),
    ]
    return [entry for entry in found if entry.pages]


def home(actor: Actor) -> str:
    """The page that a person starts with."""
    own = entries(actor)
    if may(actor, "overview.read") and not (may(actor, "course.study") or may(actor, "application.review")):
        return "/overview"  # an official comes for the figures, not for the lists they may also read
    return own[0].pages[0][1] if own else "/verify"
