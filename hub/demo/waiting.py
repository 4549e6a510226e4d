"""Dossiers that lie before the assessors: handed in as teachers do, until the assessor whose account is given out has a seat."""

from __future__ import annotations

from datetime import timedelta

from hub.demo.accounts import chosen
from hub.demo.city import City
from hub.demo.people import Invented
from hub.demo.releases import actor, at
from hub.domain.dossier import SeatState
from hub.journey.award import dossiers, panel, pieces
from hub.journey.ports import Fittings

FRAMEWORK, CODE = "micro2019", "A11"
MOST = 12  # who sits is drawn by lot; so many at most are handed in
PAPERS = {
    "rubric": (
        "量规.txt",
        "《家乡的桥》研究小报评价量规（五年级语文，演示）\n\n"
        "一、内容　　3 分：三处以上事实，注明来源；2 分：有事实，来源不全；1 分：只有印象。\n"
        "二、结构　　3 分：有主题句，段落各说一件事；2 分：有顺序；1 分：材料堆在一起。\n"
        "三、语言　　3 分：通顺，没有错别字；2 分：错别字不超过三个；1 分：影响阅读。\n"
        "四、合作　　3 分：分工写清，人人有份；2 分：有分工；1 分：一个人做完。\n\n"
        "学生先用它互评，再照着改一次。“来源”一条是学生试用后提出来加上的。\n",
    ),
    "use": (
        "应用记录.txt",
        "三份成果的评价（姓名已隐去，演示）\n\n"
        "甲：内容 3、结构 2、语言 3、合作 3。建议：把第二段拆成两段，一段说桥的历史，一段说修缮。\n"
        "乙：内容 2、结构 2、语言 2、合作 3。建议：补上两处数字的来源，改正三个错别字。\n"
        "丙：内容 1、结构 2、语言 3、合作 1。建议：去采访一位老人，补两个事实；下次分工写在小报背面。\n\n"
        "请同教研组的老师各评一遍：12 个分数里 10 个一致，另外两个（乙的结构、丙的合作）商量后取低。\n",
    ),
    "reflection": (
        "反思.txt",
        "用量规以前，学生问得最多的是“要写多少字”。发了量规以后，有小组在交之前自己补了资料来源，说“不补只有两分”。"
        "互评时学生给同伴的意见从“写得很好”变成了“第三段没有来源”。问题也有：合作一条只看得到分工表，看不到谁真正做了，"
        "丙组的分数就是这样来的。下学期我准备把这一条改成每人写两句“我做了什么、从同伴那里学到什么”，由小组一起签字。"
        "另外，五年级学生读“主题句”这个词有困难，已改成“每段第一句说清这段讲什么”。\n",
    ),
}  # fmt: skip


def write(f: Fittings, city: City) -> None:
    """Hand dossiers in one after the other; nothing where the assessor has had a seat before."""
    accounts = {a.person.uid for a in chosen(city)}
    teachers = [t for t in city.teachers if t.uid not in accounts][-MOST:]
    for n, one in enumerate(teachers):
        if _seated(f, city):
            return
        _hand_in(f, one, timedelta(days=2, hours=n))


def _seated(f: Fittings, city: City) -> bool:
    with f.work() as work:
        return any(s.state is SeatState.OPEN for s in work.panels.seats_of(city.official("assessor").uid))


def _hand_in(f: Fittings, one: Invented, ago: timedelta) -> None:
    moment = f.clock.now() - ago
    then = at(f, moment)
    with f.work() as work:
        who = actor(work, one.uid, moment)
        if any((d.framework, d.code) == (FRAMEWORK, CODE) for d in work.dossiers.dossiers(one.uid)):
            return
    made = dossiers.begin(then, who, FRAMEWORK, CODE)
    for key, (name, text) in PAPERS.items():
        pieces.add_file(then, who, made.id, key, name, text.encode())
    dossiers.submit(then, who, made.id)
    panel.fill(then)
