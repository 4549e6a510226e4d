"""管: accounts and their roles for the security administrator; a school's administrators for its county."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Refusal, refuse
from hub.domain.people import Role
from hub.journey import accounts, resets
from hub.journey.appoint import OFFICES
from hub.journey.award import panel
from hub.portal.base import STATUS, Page

_LOGIN = r"([A-Za-z0-9-]{1,64})"


class Accounts(Page):
    """/accounts: find somebody. By form, since names stand in no address."""

    scope = "all"
    verb = "accounts.manage"

    async def get(self) -> None:
        self.page("accounts.html", find="", found=None)

    async def post(self) -> None:
        find = self.field("find")
        found = await self.do(accounts.find, self.f, self.me, find)
        self.page("accounts.html", find=find, found=found)


class Account(Page):
    """/accounts/LOGIN: one account, its roles and how it stands; what is done to it carries a reason."""

    scope = "all"
    verb = "accounts.manage"

    async def get(self, login: str) -> None:
        await self.show(login)

    async def show(self, login: str, **facts: Any) -> None:
        """The account, also beside a refusal or a fresh password."""
        view = await self.do(accounts.account, self.f, self.me, login)
        offices = [(role.value, role) for role in OFFICES]
        sent = {name: self.field(name) for name in ("role", "org", "reason")}
        kept = {"refusal": None, "fresh": "", "done": ""} | facts
        self.page("account.html", view=view, offices=offices, sent=sent, **kept)

    async def post(self, login: str) -> None:
        try:
            fresh = await self._do(login)
        except Refusal as refusal:
            self.set_status(STATUS[refusal.kind])
            if refusal.code == "thing.missing" and "账号" in refusal.message:
                raise
            await self.show(login, refusal=refusal)
            return
        await self.show(login, fresh=fresh, done=self.field("act"))

    async def _do(self, login: str) -> str:
        """Do what the button said; a fresh password, or nothing."""
        act, reason, org = self.field("act"), self.field("reason"), self.field("org").strip()
        args = (self.f, self.me, login)
        if act == "grant":
            role = _role(self.field("role"))
            await self.do(accounts.grant, *args, role, org, reason)
            if role is Role.ASSESSOR:  # dossiers may wait for exactly this
                await self.do(panel.fill, self.f)
        elif act == "end":
            await self.do(accounts.end, *args, _role(self.field("role")), org, reason)
        elif act == "freeze":
            await self.do(accounts.freeze, *args, reason)
        elif act == "revive":
            await self.do(accounts.revive, *args, reason)
        elif act == "factor":
            await self.do(resets.account_factor, *args, reason)
        elif act == "password":
            return await self.do(resets.account_password, *args, reason)
        else:
            raise refuse("request.invalid", why="请选择要做的事")
        return ""


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise refuse("request.invalid", why="请选择角色") from None


class SchoolAdmins(Page):
    """/school-admins: which school of the county has an administrator, and appointing one."""

    scope = "all"
    verb = "school_admin.appoint"

    async def get(self) -> None:
        await self.show()

    async def show(self, **facts: Any) -> None:
        """The schools, also beside a refusal or a fresh account."""
        view = await self.do(accounts.school_admins, self.f, self.me)
        sent = {name: self.field(name) for name in ("org", "name", "login")}
        self.page("school_admins.html", view=view, sent=sent, **({"refusal": None, "made": None} | facts))

    async def post(self) -> None:
        org, name, login = (self.field(n) for n in ("org", "name", "login"))
        try:
            made = await self.do(accounts.appoint_school_admin, self.f, self.me, org, name, login)
        except Refusal as refusal:
            self.set_status(STATUS[refusal.kind])
            await self.show(refusal=refusal)
            return
        await self.show(made=made)


ROUTES: list[tuple[str, type[Any]]] = [
    ("/accounts", Accounts),
    (f"/accounts/{_LOGIN}", Account),
    ("/school-admins", SchoolAdmins),
]
