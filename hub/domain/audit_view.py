"""What is asked of the audit log: which events, and whether every record has its event and every event its record."""

from __future__ import annotations

from dataclasses import dataclass

# What an event's verb says to people; one that is not here is shown as it is.
VERB_NAMES = {
    "log.begun": "日志开始",
    "house.founded": "建立行政区划",
    "enter.signed_in": "登录",
    "enter.refused": "登录没有成功",
    "password.changed": "修改密码",
    "password.reset": "重置密码",
    "office.given": "任命",
    "role.granted": "给角色",
    "role.ended": "结束角色",
    "account.frozen": "冻结账号",
    "account.revived": "恢复账号",
    "second_factor.enrolled": "设置第二步验证",
    "second_factor.recovered": "用恢复码登录",
    "second_factor.reset": "取消第二步验证",
    "approval.asked": "申请读取",
    "approval.decided": "决定读取申请",
    "read.id_numbers": "读取身份证号",
    "read.reviewers": "读取评审专家身份",
    "read.evidence_files": "读取证据材料",
    "read.bulk_export": "批量导出",
    "roster.imported": "导入名册",
    "schools.imported": "导入学校",
    "framework.drafted": "起草能力标准",
    "framework.edited": "修改能力标准草稿",
    "framework.published": "发布能力标准",
    "framework.discarded": "放弃能力标准草稿",
    "guide.published": "发布新版提交指南",
    "hours.imported": "导入学时",
    "hours.reversed": "冲销学时",
    "hours.stated": "开具学时证明",
    "hours.exported": "导出学时",
    "grade.settled": "成绩落定",
    "regrade.decided": "重评决定",
    "dossier.begun": "开始考核",
    "dossier.submitted": "提交考核材料",
    "dossier.withdrawn": "撤回考核材料",
    "dossier.rated": "考核评定",
    "dossier.appealed": "申诉",
    "seat.assigned": "抽取评审专家",
    "seat.recused": "评审专家回避",
    "seat.lapsed": "收回评审",
    "seat.rated": "提交评定",
    "piece.read": "查看考核材料",
    "calendar.imported": "导入放假安排",
    "application.drafted": "起草申请",
    "application.submitted": "申请证书",
    "application.taken_back": "撤回申请",
    "application.school_reviewed": "学校审核通过",
    "application.county_reviewed": "县（市、区）审核通过",
    "application.publicised": "张榜公示",
    "application.objected": "公示期间有异议",
    "application.objection_rejected": "异议不成立",
    "application.objection_upheld": "异议成立，退回",
    "application.confirmed": "市级确认",
    "application.returned": "退回申请",
    "application.issued": "申请发证",
    "application.revoked": "申请随证书撤销",
    "objection.raised": "又有异议",
    "objection.answered": "答复异议",
    "certificate.issued": "发证",
    "certificate.revoked": "撤销证书",
    "certificate.suspended": "暂停证书",
    "certificate.restored": "恢复证书",
    "certificate.superseded": "换发证书",
    "batch.opened": "开始批量发证",
    "title.noted": "登记现任职务",
    "title.set": "设置证书在职称评审里的作用",
    "package.prepared": "制作报送包",
    "package.built": "报送包生成完毕",
    "package.cancelled": "作废报送包",
    "package.released": "放行报送包",
    "package.receipted": "登记报送回执",
    "read.package": "下载报送包",
}


@dataclass(frozen=True)
class Wanted:
    """Which events somebody asks for; what is empty does not matter. ``since`` and ``until`` are as events spell times."""

    subject: str = ""
    verbs: tuple[str, ...] = ()
    actor: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Coverage:
    """Records of one kind against the events that tell of them; what is wrong by identifier, the first few.

    ``before`` counts records without an event that are older than the log, ``begun`` how many of those the log
    itself says there were when it began (None where it does not say).
    """

    kind: str
    records: int
    before: int
    begun: int | None
    untold: tuple[str, ...]
    told_twice: tuple[str, ...]
    of_nothing: tuple[str, ...]  # an event, and no record
    otherwise: tuple[str, ...]  # the record is not what its event says

    @property
    def planted(self) -> bool:
        """Whether more old records lack an event than there were when the log began."""
        return self.begun is not None and self.before > self.begun

    @property
    def wrong(self) -> bool:
        """Whether a record lacks its event, has several or another content, or the reverse."""
        return bool(self.untold or self.told_twice or self.of_nothing or self.otherwise or self.planted)
