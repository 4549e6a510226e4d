"""Every refusal of the platform: a stable code, a kind that a door turns into a status, and a sentence to act on."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """What sort of no it is; doors map kinds to HTTP statuses in one table."""

    INVALID = "invalid"  # the input is wrong and can be corrected
    DENIED = "denied"  # this person may not
    SIGN_IN = "sign_in"  # nobody is signed in, or no longer
    MISSING = "missing"  # no such thing, or none that this person may know of
    CONFLICT = "conflict"  # right in itself, but not in the present state
    TOO_LARGE = "too_large"
    BUSY = "busy"  # try again in a moment


# code -> (kind, sentence for the reader). Braces are filled by refuse(); docs/reference/errors.md lists them all.
CODES: dict[str, tuple[Kind, str]] = {
    "auth.required": (Kind.SIGN_IN, "请先登录。"),
    "auth.failed": (Kind.SIGN_IN, "账号或密码不对。连续 5 次不对，账号会锁定 15 分钟。"),
    "auth.locked": (Kind.SIGN_IN, "账号已锁定，请 15 分钟后再试，或请学校管理员重置密码。"),
    "auth.weak_password": (Kind.INVALID, "新密码不符合要求：{why}"),
    "auth.form_expired": (Kind.DENIED, "页面放得太久，请返回刷新后再提交一次。"),
    "auth.token": (Kind.SIGN_IN, "令牌无效或已过期，请重新登录。"),
    "access.denied": (Kind.DENIED, "这项操作不在您的权限范围内。"),
    "thing.missing": (Kind.MISSING, "没有找到{what}，或者您无权查看。"),
    "request.invalid": (Kind.INVALID, "请求的内容不完整或格式不对：{why}"),
    "request.too_large": (Kind.TOO_LARGE, "上传的内容超过 {limit_mb} MB，请删去大文件或清除单元输出后再交。"),
    "roster.unreadable": (Kind.INVALID, "表格读不出来：{why}"),
    "roster.columns": (Kind.INVALID, "表格缺少必需的列：{columns}。请下载模板对照。"),
    "roster.rows": (Kind.INVALID, "表格有 {count} 行有错，一行也没有导入。请按报告逐行改正后重新上传。"),
    "roster.changed": (Kind.CONFLICT, "表格或库中数据在预检之后有变化，请重新预检再导入。"),
    "run.closed": (Kind.CONFLICT, "班次“{run}”不在报名期内。"),
    "run.dates": (Kind.INVALID, "班次的结束日期要晚于开始日期。"),
    "enrolment.needed": (Kind.DENIED, "您还没有报名这个班次，请先在课程页报名。"),
    "release.missing": (Kind.MISSING, "这份作业还没有发布。"),
    "release.source": (Kind.INVALID, "作业源文件有问题，不能发布：{why}"),
    "release.gates": (Kind.INVALID, "这份作业的分数要作为发证的依据，没有通过发布前的检查，没有发布：{why}"),
    "release.busy": (Kind.BUSY, "正在检查别的作业，请过一两分钟再发布。填写的时间还在。"),
    "release.unchanged": (Kind.CONFLICT, "作业内容和上次发布的一样，没有重新发布。"),
    "release.dates": (Kind.INVALID, "截止时间要晚于开放时间。"),
    "submission.not_open": (Kind.CONFLICT, "作业要到 {opens} 才开放提交。"),
    "submission.after_deadline": (
        Kind.CONFLICT,
        "已过截止时间 {due}（含宽限 {grace} 分钟），这次没有收下。如有特殊情况，请联系授课教师延期。",
    ),
    "submission.no_attempts": (Kind.CONFLICT, "提交次数已用完（共 {max} 次）。"),
    "submission.no_notebook": (Kind.INVALID, "没有找到作业文件 {name}。请从作业列表打开它，做完后再提交。"),
    "submission.not_a_notebook": (Kind.INVALID, "{name} 不是有效的笔记本文件：{why}"),
    "submission.files": (Kind.INVALID, "提交的文件有问题：{why}"),
    "submission.not_gradable": (Kind.CONFLICT, "这份提交还不能批阅：{why}"),
    "fetch.no_home": (Kind.CONFLICT, "您的学习环境还没有建立，请先打开一次学习环境。"),
    "marks.invalid": (Kind.INVALID, "评分有误：{why}"),
    "marks.own_work": (Kind.DENIED, "不能批阅自己的作业。"),
    "grade.certified": (
        Kind.CONFLICT,
        "这份作业的成绩已用于考核材料、证书申请或证书，不能再改。确需更正，请先撤回材料、退回申请或撤销证书。",
    ),
    "grade.stale": (Kind.CONFLICT, "这份成绩刚刚被更新过，请刷新后再操作。"),
    "regrade.nothing": (Kind.CONFLICT, "这份作业还没有评过的提交，没有可以重评的。"),
    "regrade.pending": (Kind.CONFLICT, "这份作业已有一次重评还没有决定，请先接受或放弃它。"),
    "regrade.files_lost": (
        Kind.CONFLICT,
        "第 {version} 版作业的文件已丢失或损坏，不能按它重评。请联系管理员从备份恢复。",
    ),
    "regrade.running": (Kind.CONFLICT, "重评还没有做完，现在不能接受；可以等它做完，或放弃。"),
    "regrade.changed": (Kind.CONFLICT, "您看过之后名单有了变化，什么也没有改。请核对下面的新名单再决定。"),
    "regrade.decided": (Kind.CONFLICT, "这次重评已经有了决定，不能再改。"),
    "regrade.reason": (Kind.INVALID, "接受或放弃重评都要写明原因。"),
    "certificate.no_grounds": (Kind.CONFLICT, "还不能申请证书：{why}"),
    "certificate.issued": (Kind.CONFLICT, "这项能力已经有一份有效证书。"),
    "certificate.revoked": (Kind.CONFLICT, "这份证书已经撤销。"),
    "certificate.reason": (Kind.INVALID, "请写明原因，会告知持证人。"),
    "extension.invalid": (Kind.INVALID, "延期时间要晚于现在，也要晚于原截止时间。"),
    "oidc.client": (Kind.INVALID, "登录请求来自未登记的应用。"),
    # --- second factors, approvals, accounts ---
    "auth.dormant": (Kind.SIGN_IN, "账号超过 90 天没有使用，已经停用。请联系安全管理员恢复。"),
    "second.failed": (
        Kind.SIGN_IN,
        "动态码不对，或已经用过。请等手机上换了下一个码再输；连续 5 次不对，账号会锁定 15 分钟。",
    ),
    "second.first_code": (
        Kind.INVALID,
        "动态码不对，请核对手机的时间是否准确，再输入手机上现在显示的 6 位数字。",
    ),
    "second.offer": (Kind.INVALID, "这个二维码已经失效，请重新打开设置页面，删掉手机里刚才加的，再扫一次。"),
    "second.enrolled": (
        Kind.CONFLICT,
        "这个账号已经设置过第二步验证，请用手机上的动态码登录；手机丢了，请用恢复码，或联系安全管理员。",
    ),
    "second.none": (Kind.CONFLICT, "这个账号没有设置第二步验证，不用取消。"),
    "account.reason": (Kind.INVALID, "请选择原因。"),
    "account.own": (Kind.DENIED, "不能改自己的账号，请另一位有权的人来办。"),
    "account.operator": (
        Kind.DENIED,
        "系统、安全、审计管理员的账号只能由机房运维在服务器上重置（luojiao password、luojiao second-factor）。",
    ),
    "account.role": (Kind.CONFLICT, "不能给这个角色：{why}。"),
    "account.state": (Kind.CONFLICT, "账号现在不是这个状态，请刷新后再操作。"),
    "approval.needed": (
        Kind.DENIED,
        "读取{what}要先经批准。请到“审批”页写明用途提出申请，由别人同意后再来。",
    ),
    "approval.pending": (Kind.CONFLICT, "您对这个范围已经有一份待决定或仍有效的申请。"),
    "approval.purpose": (Kind.INVALID, "请写明用途，5 到 200 个字。"),
    "approval.own": (Kind.DENIED, "不能批准自己的申请。"),
    "approval.decided": (Kind.CONFLICT, "这份申请已经决定过了，或已过期。"),
    "approval.reason": (Kind.INVALID, "不同意时请写明原因。"),
    "identity.none": (Kind.MISSING, "库里没有这个人的身份证号。"),
    # --- frameworks ---
    "framework.published": (Kind.CONFLICT, "“{name}”已经发布，不能再改。需要改动，请起草一套接续它的标准。"),
    "framework.changed": (
        Kind.CONFLICT,
        "您打开之后，别人改过这里，您的修改没有保存。请对照最新内容再改一次。",
    ),
    "framework.id": (
        Kind.INVALID,
        "编号要以小写英文字母开头，只用小写字母、数字和短横，2 到 40 个字符，例如 henan2019。",
    ),
    "framework.taken": (Kind.CONFLICT, "编号“{id}”已经用过，请换一个。"),
    "framework.base": (Kind.INVALID, "请选择要接续或参照的标准。"),
    "framework.node": (Kind.INVALID, "这一项没有保存：{why}"),
    "framework.guide": (Kind.INVALID, "提交指南没有保存：{why}"),
    "framework.crosswalk": (Kind.INVALID, "对应关系没有保存：{why}"),
    "framework.unfit": (Kind.CONFLICT, "还不能发布：{why}"),
    "framework.days": (Kind.INVALID, "日期不合适：{why}"),
    "framework.file": (Kind.INVALID, "文件不能导入：{why}"),
    "diagnosis.answers": (Kind.INVALID, "还没有保存：{why}。"),
    # --- hours ---
    "hours.reason": (Kind.INVALID, "冲销学时请写明原因，2 到 200 个字，不要写身份证号。"),
    "hours.reversed": (Kind.CONFLICT, "这条学时已经冲销过了。"),
    "hours.own": (Kind.DENIED, "不能处理自己的学时，请由上级单位办理。"),
    "hours.relied_on": (
        Kind.CONFLICT,
        "这条学时已用于能力认证的申请或证书，不能冲销。确有错误，请先退回申请或撤销证书。",
    ),
    "hours.nothing": (Kind.CONFLICT, "“{rule}”在 {years}还没有可以证明的学时。"),
    "hours.purpose": (Kind.INVALID, "导出学时名单请选择用途。"),
    # --- dossiers and panels ---
    "dossier.framework": (Kind.CONFLICT, "这套能力标准现在不在有效期内，请选择现行标准里的微能力。"),
    "dossier.no_guide": (
        Kind.CONFLICT,
        "“{name}”还没有公布提交指南和评价标准，暂时不能开始。请先选别的微能力，或等市教育局公布。",
    ),
    "dossier.open": (Kind.CONFLICT, "“{name}”已经有一份进行中的考核材料，请打开它继续。"),
    "dossier.frozen": (Kind.CONFLICT, "材料已经提交或撤回，不能再增减。"),
    "dossier.full": (
        Kind.CONFLICT,
        "一份考核最多 {pieces} 件材料，文件合计不超过 {total_mb} MB。请先移除不需要的。",
    ),
    "dossier.piece": (Kind.INVALID, "这件材料没有收下：{why}。"),
    "dossier.file_too_large": (
        Kind.TOO_LARGE,
        "文件超过 {limit_mb} MB，没有收下。请压缩图片，或把视频放到公开的平台后填链接。",
    ),
    "dossier.incomplete": (Kind.CONFLICT, "材料还不齐，没有提交：{why}。"),
    "dossier.changed": (Kind.CONFLICT, "您看过之后材料有了变化，没有提交。请核对下面的清单再提交。"),
    "dossier.submitted": (Kind.CONFLICT, "这份材料已经提交或撤回过了。"),
    "dossier.no_receipt": (Kind.CONFLICT, "材料还没有提交，提交后才有回执。"),
    "dossier.withdraw": (Kind.CONFLICT, "不能撤回：{why}。"),
    "appeal.refused": (Kind.CONFLICT, "不能申诉：{why}。"),
    "appeal.reason": (Kind.INVALID, "请写明申诉理由，不超过 500 字。"),
    "seat.closed": (Kind.CONFLICT, "这份评审已经结束（已提交、已回避、超期或被撤回），不能再查看或更改。"),
    "seat.conflict": (Kind.DENIED, "您和申报人现在有需要回避的关系，不能再看这份材料。请点“回避”。"),
    "seat.level": (Kind.INVALID, "评定没有保存：{why}。"),
    "seat.unfinished": (Kind.CONFLICT, "还有 {count} 件材料没有评定，评完才能提交。"),
    "seat.reason": (Kind.INVALID, "请写明回避的原因，不超过 200 字。"),
    # --- review, publicity, objections ---
    "application.pending": (Kind.CONFLICT, "这种证书已经有一份申请在办理中，请到“证书申请”里接着办。"),
    "application.rule": (Kind.INVALID, "没有这种证书，或者它现在不接受申请。"),
    "application.grounds": (Kind.CONFLICT, "申请的依据不足：{why}"),
    "application.state": (Kind.CONFLICT, "这份申请现在是“{state}”，不能做这一步。请刷新后看最新状态。"),
    "application.hands": (Kind.DENIED, "{why}。"),
    "application.reason": (Kind.INVALID, "退回时请写明原因，让申请人知道要改什么。"),
    "review.changed": (Kind.CONFLICT, "您看过之后名单有了变化，什么也没有办。请核对下面的新名单再确认。"),
    "review.nothing": (Kind.INVALID, "没有选任何申请，请先勾选。"),
    "notice.days": (Kind.INVALID, "公示期要写 {least} 到 {most} 个工作日。"),
    "notice.running": (Kind.CONFLICT, "公示要到 {closes} 下班后才满期，第二天起才能确认。"),
    "objection.closed": (Kind.CONFLICT, "现在不在公示期内（{opens} 至 {closes}），不能提出异议。"),
    "objection.own": (Kind.DENIED, "不能对自己的申请提出异议。有需要更正的，请联系学校退回。"),
    "objection.twice": (Kind.CONFLICT, "您已对这份申请提出过异议，请等待答复。"),
    "objection.reason": (Kind.INVALID, "请写明异议的事实和理由，不少于 10 个字、不超过 1000 个字。"),
    "objection.answer": (Kind.INVALID, "请写明答复，不少于 10 个字、不超过 1000 个字。"),
    "objection.answered": (Kind.CONFLICT, "这份异议已经答复过了。"),
    "objection.open": (Kind.CONFLICT, "还有异议没有答复，答复之后才能继续。"),
    "objection.hands": (Kind.DENIED, "提出异议的人、申请人、评审过其材料的专家和同校的人不能答复这份异议。"),
    "calendar.unknown": (
        Kind.CONFLICT,
        "还没有 {year} 年的放假调休安排，数不了工作日。请管理员在国务院公布后用 luojiao calendar import 导入。",
    ),
    "calendar.unreadable": (Kind.INVALID, "放假调休安排有问题，没有导入：{why}。"),
    "calendar.differs": (
        Kind.CONFLICT,
        "{year} 年已有安排（{doc_no}），和这份不一样，没有导入。确是国务院改了安排，请加 --replace。",
    ),
    # --- certificates and verification ---
    "certificate.moved": (Kind.CONFLICT, "确认之后情况有变化，没有发证：{why}。请退回申请，核实后重新审核。"),
    "certificate.suspended": (Kind.CONFLICT, "这份证书现在是暂停状态。请先恢复，或撤销。"),
    "certificate.not_suspended": (Kind.CONFLICT, "这份证书没有暂停，不用恢复。"),
    "certificate.superseded": (Kind.CONFLICT, "这份证书已被新证书替代，请到新证书上操作。"),
    "certificate.expired": (Kind.CONFLICT, "这份证书已过有效期，不能换发；请重新申请。"),
    "batch.nothing": (Kind.CONFLICT, "没有等待发证的申请：都已经发证，或正在发证。"),
    "verify.busy": (Kind.BUSY, "核验失败的次数太多。请 10 分钟后再试，或上传数字凭证核验。"),
    # --- titles and packages ---
    "title.setting": (Kind.INVALID, "请选择有的职称系列、年度和作用（必备、加分、参考）。"),
    "package.year": (Kind.INVALID, "请选择有的职称系列和年度。"),
    "package.purpose": (Kind.INVALID, "请写明报送用途，2 到 {most} 个字；它会作为水印写进报送包。"),
    "package.changed": (Kind.CONFLICT, "预检之后名单有变化，没有生成。请核对下面的新名单再确认。"),
    "package.empty": (Kind.CONFLICT, "没有可以报送的记录。请先按预检清单补齐资料。"),
    "package.state": (Kind.CONFLICT, "报送包现在的状态不能这样操作，请刷新页面看看它到了哪一步。"),
    "package.own": (Kind.DENIED, "报送包要由另一个人放行：您是它的制作人。"),
    "package.confirmer": (Kind.DENIED, "报送包要由另一个人放行：里面有您确认过的或您本人的记录。"),
    "package.stale": (
        Kind.CONFLICT,
        "报送包生成以后，有证书被撤销或已随别的包报送，或签名密钥已更换。请作废后重新制作。",
    ),
    "package.receipt": (
        Kind.INVALID,
        "请填写回执编号或内容（200 字以内），日期在放行之后、今天之前（含当天）。",
    ),
    # --- audit ---
    "audit.no_checkpoint": (
        Kind.MISSING,
        "还没有检查点：平台每天自动写一个，也可以运行 luojiao audit checkpoint。",
    ),
    "audit.broken": (Kind.CONFLICT, "审计日志有问题：{why}。没有写检查点。请运行 luojiao audit verify。"),
    # --- the platform itself ---
    "server.busy": (Kind.BUSY, "现在人太多，请稍等片刻再试，刚才的内容没有丢。"),
    "server.fault": (Kind.BUSY, "系统出了点问题，已经记录（编号 {ref}）。您刚才的操作没有生效，请稍后再试。"),
}


class Refusal(Exception):  # noqa: N818  (a refusal is an answer, not a fault)
    """A named no. ``code`` is stable, ``message`` is Chinese and fit to be shown."""

    def __init__(self, code: str, message: str, kind: Kind) -> None:
        super().__init__(code, message)
        self.code, self.message, self.kind = code, message, kind

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def refuse(code: str, **facts: object) -> Refusal:
    """Build the refusal ``code``; ``facts`` fill the braces of its sentence. Raise what it returns."""
    kind, sentence = CODES[code]
    return Refusal(code, sentence.format(**facts), kind)
