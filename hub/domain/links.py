"""Links as evidence: which addresses a stranger can open and see what was meant. Nothing here or elsewhere fetches one."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import parse_qsl, urlsplit

MAX_URL = 500
_HOST = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
)
_PRIVATE = frozenset({
    "localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "test", "invalid",
    "example", "arpa", "onion",
})  # fmt: skip
_SECRETS = frozenset({
    "token", "access_token", "id_token", "password", "passwd", "sessionid", "jsessionid", "ticket",
})  # fmt: skip


def problem(url: str, own: str = "") -> str | None:
    """Why an address is not taken, in words, or None. ``own`` is this platform's host, whose pages assessors cannot open."""
    if not url or len(url) > MAX_URL:
        return f"请填写网址，不超过 {MAX_URL} 个字符"
    if "\\" in url or any(unicodedata.category(c)[0] in "CZ" for c in url):
        return "网址里不能有空格或特殊字符"
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").casefold(), parts.port
    except ValueError:
        return "网址写得不对，请从浏览器地址栏复制"
    if parts.scheme != "https" or not host:
        return "网址要以 https:// 开头"
    if "@" in parts.netloc:
        return "网址里不能带账号和密码"
    if _SECRETS & {name.casefold() for name, _ in parse_qsl(parts.query, max_num_fields=None)}:
        return "网址里带有登录口令，请换成平台给出的分享链接"
    if not _HOST.fullmatch(host) or host.rpartition(".")[2] in _PRIVATE or port not in (None, 443):
        return "要用公网上人人打得开的网址，不能是 IP 地址、内网名称或带端口"
    if own and (host == own or host.endswith("." + own.partition(".")[2])):
        return "评审专家打不开本平台里您自己的页面，请上传文件或换成分享链接"
    return None
