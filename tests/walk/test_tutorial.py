"""The tutorial word by word: every bold label in it is pressed here, and what it quotes is on the screen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from hub.settings import CHECKOUT
from tests.walk.conftest import House, Someone, kernel_is_idle, save_notebook

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
TEXT = (CHECKOUT / "docs/tutorial/first-hour.md").read_text("utf-8")


class Reader:
    """Somebody who does only what the present section tells them to."""

    def __init__(self, person: Someone) -> None:
        self.person = person
        self.sections = {
            m[0]: m for m in re.findall(r"^## (\d) (.*?)(?=^## |\Z)", TEXT, flags=re.MULTILINE | re.DOTALL)
        }
        self.section = ""
        self.pressed: dict[str, set[str]] = {}

    def read(self, number: int) -> None:
        """Go on to a section."""
        self.section = self.sections[str(number)][1]
        self.number = str(number)
        self.pressed[self.number] = set()

    def told(self, label: str) -> str:
        """The section says to press this."""
        assert f"**{label}**" in self.section, f"section {self.number} does not say to press {label}"
        self.pressed[self.number].add(label)
        return label

    def press(self, label: str) -> None:
        """Press what the section says."""
        self.person.press(self.told(label))

    def sees(self, text: str, *, within: float = 15) -> None:
        """What the section quotes is on the screen."""
        assert f"“{text}”" in self.section, f"section {self.number} does not promise {text}"
        self.person.sees(text, within=within)

    def sign_in(self, account: dict[str, str]) -> None:
        """Sign in as the section says."""
        assert f"“{account['role']}”" in self.section
        self.told("登录")
        self.person.sign_in(account)


def test_the_first_hour_goes_as_it_is_written(house: House, someone: Callable[..., Someone]) -> None:
    person = someone("reader")
    page = person.page
    reader = Reader(person)

    reader.read(1)
    assert "make up" in reader.section

    reader.read(2)
    teacher = house.account("教师")
    reader.sign_in(teacher)
    reader.press("课程")
    reader.press("报名")
    reader.sees("0 / 3 份通过")

    reader.read(3)
    page.locator("tbody tr").first.get_by_role("button", name=reader.told("打开")).click()
    expect(page.locator(".jp-Notebook:visible").first).to_be_visible(timeout=60_000)
    reader.sees("学情分析：先看清学生，再决定怎么教", within=60)
    code = re.search(r"```python\n(.*?)```", reader.section, flags=re.DOTALL)
    assert code is not None
    kernel_is_idle(page)
    reader.sees("题 1　一个函数，整理任何一列（3 分）")
    cell = page.locator(".jp-CodeCell", has_text="在这里写你的代码").first
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code.group(1))
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    kernel_is_idle(page)
    save_notebook(page)
    person.picture("t3-first-answer", whole=False)

    reader.read(4)
    person.go("/")
    reader.press("我的学习")
    page.get_by_role("link", name=re.compile("用数据看懂课堂")).first.click()
    page.get_by_role("link", name=re.compile("学情分析")).first.click()
    reader.press("提交作业")
    reader.sees("待教师批阅", within=90)
    first = page.locator("#feedback tbody tr").first
    expect(first).to_contain_text("✓ 通过")
    reader.sees("✕ 未通过")
    with page.expect_download():
        page.get_by_role("link", name=reader.told("回执")).first.click()
    person.picture("t4-feedback")
    reader.press("退出")
    person.sees("已退出", within=30)

    reader.read(5)
    reader.sign_in(house.account("授课教师"))
    reader.told("考 批改")
    page.get_by_role("link", name=re.compile(r"考\s*批改")).click()
    reader.told("开始批改")
    page.get_by_role("link", name=re.compile("^开始批改")).first.click()
    for group in page.locator("fieldset").all():
        group.locator("input[type=radio]").nth(1).check()
    reader.told("保存")
    page.get_by_role("button", name=re.compile("^保存")).click()
    reader.press("退出")
    person.sees("已退出", within=30)

    reader.read(6)
    reader.sign_in(house.account("学校管理员"))
    reader.told("评 评价")
    page.get_by_role("link", name=re.compile(r"评\s*评价")).click()
    reader.press("证书审核")
    pass_ticked(reader)
    reader.sees("已通过")
    reader.press("退出")
    person.sees("已退出", within=30)
    reader.sign_in(house.account("县（市、区）教育局人事"))
    person.go("/review")
    pass_ticked(reader)
    reader.press("公示")
    page.get_by_role("button", name=reader.told("张榜公示")).first.click()
    person.sees("现予公示")
    reader.press("退出")
    person.sees("已退出", within=30)
    reader.sign_in(house.account("市教育局人事"))
    person.go("/review")
    pass_ticked(reader)
    page.get_by_role("link", name=teacher["name"]).click()
    page.get_by_role("button", name=reader.told("发证"), exact=True).click()
    number = page.get_by_role("link", name=re.compile("^LY-IT-")).inner_text()
    reader.press("退出")
    person.sees("已退出", within=30)

    reader.read(7)
    person.go("/")
    reader.press("证书核验")
    page.get_by_label("证书编号").fill(number)
    reader.press("核验")
    reader.sees("有效")
    page.get_by_label("证书编号").fill(number[:-1] + ("A" if number[-1] != "A" else "B"))
    reader.press("核验")
    reader.sees("编号不对")

    reader.read(8)
    reader.sign_in(house.account("市教育局"))
    expect(page.locator("h1")).to_contain_text("洛阳市")
    reader.press("打开图表看板")
    person.sees("全市概览", within=60)

    reader.read(9)
    for section, (_, text) in reader.sections.items():
        bold = set(re.findall(r"\*\*([^*]+)\*\*", text))
        assert bold == reader.pressed.get(section, set()), f"section {section}"


def pass_ticked(reader: Reader) -> None:
    """Look at what will happen to what is ticked (and to one at least), and confirm it."""
    page = reader.person.page
    boxes = page.locator("input[name=application]:enabled")
    if not page.locator("input[name=application]:checked").count():
        boxes.first.check()
    page.get_by_role("button", name=reader.told("看看通过后会怎样")).click()
    reader.told("确认通过")
    page.get_by_role("button", name=re.compile("^确认通过")).click()
    reader.person.sees("已通过")
