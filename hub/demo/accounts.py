"""The first accounts of the demo: one a role, random passwords, written once to a private file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from hub.demo.city import BY, City
from hub.demo.people import Invented
from hub.demo.schools import HOME_UNIT
from hub.domain import passwords
from hub.domain.organisation import CITY
from hub.domain.people import ROLE_NAMES, Role
from hub.identity.secrets import write_private
from hub.journey.ports import Fittings, Work

FILE = "first-accounts.json"


@dataclass(frozen=True)
class Account:
    """Who, as what, where, and what somebody who signs in as them may try."""

    person: Invented
    role: Role
    org: str
    what: str
    must_change: bool = False


def chosen(city: City) -> tuple[Account, ...]:
    """The accounts of a city. The school's people are its principal and the next two; their desks have work on them."""
    home = city.home.org.code
    principal, first, second = city.staff_of(home)[:3]
    junior = next(s.org.code for s in city.schools if s.unit == HOME_UNIT and s.org.kind == "junior")
    lecturer = city.staff_of(junior)[1]
    labs = next(s.org.code for s in city.schools if s.unit == HOME_UNIT and s.org.kind == "vocational")
    student = next(p for p in city.students if p.stays[0].school == labs)
    county, bureau, registrar, system, county_hr, city_hr, hr_bureau, security, audit, assessor = (
        city.officials[:10]
    )
    return (
        Account(first, Role.TEACHER, home, "到课程目录报名正在进行的班次，打开第一份作业，做完后提交，看评阅结果。"),
        Account(second, Role.TEACHER, home, "第一次登录会要求修改初始密码，再看看自己的学时和能力。", True),
        Account(lecturer, Role.INSTRUCTOR, CITY, "打开自己教的班次：批阅主观题，发布下一份作业，给学员延期。"),
        Account(principal, Role.SCHOOL_ADMIN, home, "审核本校教师的证书申请：通过，或写明原因退回。"),
        Account(county, Role.COUNTY_OFFICIAL, HOME_UNIT, "看本区各校的报名、完成和持证情况；人数太少的单元格会隐去。"),
        Account(bureau, Role.CITY_OFFICIAL, CITY, "从全市总览点进各县（市、区），比较报名率和持证率。"),
        Account(registrar, Role.REGISTRAR, CITY, "下载名册模板，填几行，先预检再导入，领取新账号的初始密码。"),
        Account(student, Role.STUDENT, labs, "看向本校开放的课程；老师和管理的页面都打不开。"),
        Account(system, Role.SYS_ADMIN, CITY, "查看各项服务的状态；看不到任何人的作业。"),
        Account(assessor, Role.ASSESSOR, CITY, "评审分派给自己的材料；看不到是谁的，也看不到别人怎么评。"),
        Account(county_hr, Role.COUNTY_HR, HOME_UNIT, "审核本区的申请，组织公示，答复异议。"),
        Account(city_hr, Role.CITY_HR, CITY, "确认公示后的申请，准备报送人社局的材料；读身份证号要先申请。"),
        Account(hr_bureau, Role.HR_READER, CITY, "只能看到已经发布的报送材料。"),
        Account(security, Role.SEC_ADMIN, CITY, "查找账号，给或结束角色，冻结、重置；决定读取身份证号的申请。"),
        Account(audit, Role.AUDIT_ADMIN, CITY, "查看审计记录，核对有没有被改过；看不到业务数据。"),
    )  # fmt: skip


def lecturer_of(city: City) -> Invented:
    """Who teaches the runs of the demo."""
    return next(a.person for a in chosen(city) if a.role is Role.INSTRUCTOR)


def open_all(f: Fittings, work: Work, city: City, secrets_dir: Path) -> None:
    """Give each account its role and password. The file is on disk before the work commits."""
    now = f.clock.now()
    listed = []
    for account in chosen(city):
        password = passwords.first(f.ids.secret())
        person = work.people.person(account.person.uid)
        if person is None:
            raise LookupError("an account of the demo has no person")
        since = account.person.stays[0].since if account.person.stays else now.date().replace(month=1, day=1)
        work.people.grant(person.uid, account.role, account.org, since, BY)
        work.entry.put_credential(
            person.uid, f.passwords.hash(password), must_change=account.must_change, at=now
        )
        listed.append(
            {
                "role": ROLE_NAMES[account.role],
                "name": person.name,
                "login": person.login,
                "password": password,
                "what": account.what,
            }
        )
    write_private(secrets_dir / FILE, json.dumps(listed, ensure_ascii=False, indent=2))
