"""A whole house with all its services, and browsers for the people who walk through it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hub.operations.processes import belonging
from hub.settings import CHECKOUT, Settings, load
from tests.operations.running import free_ports

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]
SHOTS = CHECKOUT / "tests" / "_run" / "walk"


@dataclass
class House:
    """The running platform and the accounts that its first start printed."""

    settings: Settings
    env: dict[str, str]
    accounts: list[dict[str, str]]

    @property
    def address(self) -> str:
        return self.settings.address

    def account(self, role: str, number: int = 0) -> dict[str, str]:
        """An account by the name of its role."""
        return [a for a in self.accounts if a["role"] == role][number]


def luojiao(
    verb: str, *more: str, env: dict[str, str], timeout: float = 240
) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does."""
    return subprocess.run(
        [sys.executable, "-m", "hub.cli", verb, *more],
        cwd=CHECKOUT,
        env=env,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """``luojiao up`` with the smallest demo city, and afterwards ``luojiao down`` with nothing left."""
    folder = Path(tempfile.mkdtemp(prefix="luojiao-walk-"))
    folder.chmod(0o755)
    port = free_ports()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("LUOJIAO_", "JUPYTER"))} | {
        "LUOJIAO_HOME": str(folder / "var"),
        "LUOJIAO_ADDRESS": f"http://portal.localhost:{port}",
        "LUOJIAO_DEMO": "xs",
    }
    done = luojiao("up", "--detach", env=env)
    try:
        assert done.returncode == 0, done.stdout + done.stderr
        settings = load(env)
        accounts = json.loads((settings.secrets_dir / "first-accounts.json").read_text("utf-8"))
        yield House(settings, env, accounts)
    finally:
        logs = folder / "var" / "logs"
        if logs.is_dir():
            shutil.rmtree(SHOTS.parent / "logs", ignore_errors=True)
            shutil.copytree(logs, SHOTS.parent / "logs", ignore_dangling_symlinks=True)
        down = luojiao("down", env=env)
        left = belonging(folder / "var")
        shutil.rmtree(folder, ignore_errors=True)
    assert down.returncode == 0, down.stdout + down.stderr
    assert left == []


@pytest.fixture(scope="module")  # as long as it lives, an event loop runs in this thread
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        message = "no Chromium at /usr/bin/chromium: the browser tests are skipped"
        if os.environ.get("LUOJIAO_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def kernel_is_idle(page: Page) -> None:
    """Wait until nothing runs in the notebook on the screen."""
    idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']:visible")
    expect(idle).to_be_visible(timeout=90_000)


def save_notebook(page: Page) -> None:
    """Ctrl+S, until the server has it."""
    kept = lambda r: r.request.method == "PUT" and "/api/contents/" in r.url  # noqa: E731
    with page.expect_response(kept, timeout=20_000) as answer:
        page.keyboard.press("Control+s")
    assert answer.value.status == 200


@dataclass
class Someone:
    """A person in front of a browser of their own; keeps pictures, and the hosts that their pages asked."""

    house: House
    page: Page
    name: str
    hosts: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open an address of the portal."""
        self.page.goto(self.house.address + path if path.startswith("/") else path)

    def sign_in(self, account: dict[str, str]) -> None:
        """Sign in at the front door."""
        self.go("/login")
        self.page.get_by_label("账号").fill(account["login"])
        self.page.get_by_label("密码", exact=True).fill(account["password"])
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_role("button", name="退出")).to_be_visible()

    def press(self, label: str) -> None:
        """Press the first button or link with exactly this label."""
        pattern = re.compile(rf"^\s*{re.escape(label)}\s*$")
        button = self.page.get_by_role("button", name=pattern)
        (button if button.count() else self.page.get_by_role("link", name=pattern)).first.click()

    def sees(self, text: str | re.Pattern[str], *, within: float = 10) -> None:
        """Wait until a text is there to be read."""
        expect(self.page.locator("body")).to_contain_text(text, timeout=within * 1000)

    def asks(self, path: str) -> int:
        """The status that an address of the portal answers, asked by the page itself; 0 is a redirect."""
        self.go("/signed-out")
        return int(self.page.evaluate("p => fetch(p, {redirect: 'manual'}).then(r => r.status)", path))

    def picture(self, name: str, *, whole: bool = True) -> None:
        """Keep what is on the screen as a file of this run."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=whole)


@pytest.fixture
def someone(house: House, browser: Browser) -> Iterator[object]:
    """Call with a name to get a person with a fresh browser; every page they open must stay in the house."""
    made: list[Someone] = []

    def arrive(name: str, *, width: int = 1280, height: int = 900) -> Someone:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
        )
        person = Someone(house, context.new_page(), name)
        context.on("request", lambda request: person.hosts.add(urlsplit(request.url).hostname or ""))
        context.on("weberror", lambda error: person.faults.append(str(error.error)))
        made.append(person)
        return person

    yield arrive
    for person in made:
        outside = {h for h in person.hosts if h and h != "localhost" and not h.endswith(".localhost")}
        person.page.context.close()
        assert outside == set(), f"{person.name}'s pages asked foreign hosts"
