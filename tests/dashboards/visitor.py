"""A browser without a screen: one cookie jar a host, every public host reached on this machine through the proxy."""

from __future__ import annotations

import re
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit

import requests

from hub.settings import Settings
from tests.people import PASSWORD


class Visitor:
    """Somebody with a browser; names of the house need not resolve on the test machine."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.jars: dict[str, dict[str, str]] = {}
        self.seen: list[str] = []

    def get(self, url: str, follow: bool = True) -> requests.Response:
        return self._ask("GET", url, follow)

    def post(self, url: str, form: dict[str, str], **headers: str) -> requests.Response:
        return self._ask("POST", url, True, form, headers)

    def sign_in(self, login: str) -> None:
        page = self.get(f"{self.settings.address}/login").text
        token = re.search(r'name="_xsrf" value="([^"]+)"', page)
        assert token, page[:500]
        form = {"login": login, "password": PASSWORD, "_xsrf": token[1]}
        answer = self.post(f"{self.settings.address}/login", form)
        assert "luojiao" in self.jars[urlsplit(self.settings.address).netloc], answer.text[:500]

    def sign_out(self) -> requests.Response:
        page = self.get(f"{self.settings.address}/login", follow=False)
        page = page if page.ok and "_xsrf" in page.text else self.get(f"{self.settings.address}/password")
        token = re.search(r'name="_xsrf" value="([^"]+)"', page.text)
        assert token
        return self._ask("POST", f"{self.settings.address}/logout", False, {"_xsrf": token[1]})

    def board(self, name: str, follow: bool = True) -> requests.Response:
        return self.get(f"{self.settings.boards_url}/{name}", follow)

    def cookies(self, url: str) -> str:
        return "; ".join(f"{k}={v}" for k, v in self.jars.get(urlsplit(url).netloc, {}).items())

    def _ask(
        self,
        method: str,
        url: str,
        follow: bool,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> requests.Response:
        for _ in range(10):
            self.seen.append(url)
            host = urlsplit(url).netloc
            here = url.replace(host, f"127.0.0.1:{self.settings.port}", 1)
            sent = {"Host": host, "Cookie": self.cookies(url)} | (headers or {})
            answer = requests.request(
                method, here, data=form, headers=sent, allow_redirects=False, timeout=60
            )
            jar = self.jars.setdefault(host, {})
            for line in answer.raw.headers.getlist("Set-Cookie"):
                for name, morsel in SimpleCookie(line).items():
                    jar[name] = morsel.coded_value
                    if not morsel.value:
                        del jar[name]
            if not follow or not answer.is_redirect:
                return answer
            method, form, headers = "GET", None, None
            url = urljoin(url, answer.headers["Location"])
        raise AssertionError(f"round and round: {self.seen[-10:]}")
