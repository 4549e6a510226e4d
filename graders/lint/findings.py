"""What the linter can find in a test cell: a stable code, the class it puts the cell into, the reason in Chinese."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# code -> (class, reason). Class "" says nothing of the class: the cell pays for too little, wherever it runs.
CODES: dict[str, tuple[str, str]] = {
    "split.equality": ("B", "用 == 或 != 比较学员类的对象。学员的对象不能替测试下结论，要用 same(a, b) 明说。"),
    "split.order": ("B", "用大小号比较学员类的对象。要明说是谁的方法在比，并且只认 True。"),
    "split.sort": ("B", "对学员类的对象排序或取最大、最小。要写明用学员的 __lt__ 比较。"),
    "split.truth": ("B", "把学员类的对象当作真假来用。要明说调用 __bool__ 或 len。"),
    "split.contains": ("B", "对学员类的对象用 in。要明说调用 __contains__，或用 same 逐个比较。"),
    "split.hash": ("B", "取学员类的对象的哈希，或放进集合后数个数。要明说调用 __hash__ 和 same。"),
    "split.given": ("B", "检查教师给的数据有没有被改动，看的却是测试进程自己的那一份，学员改不到。要用 submission.value 看学员那一份。"),
    "split.program": ("B", "用 os 或 subprocess 的这种写法启动程序。评分时只有 subprocess.run 能用。"),
    "kernel.display": ("B", "%time 和 ? 会让这一格整个跑到学员的进程里。去掉以后判分不变。"),
    "split.by_hand": ("C", "学员类的对象在这里要由 Python 暗中比较、取真假或取哈希，没有现成的改写。请改为比较属性。"),
    "split.helper": ("C", "交给教师的辅助函数以后，学员类的对象在那里被直接比较。请在辅助函数里改用 same 或比较属性。"),
    "split.subclass": ("C", "测试从学员的类派生的子类带有断言、装饰器或关键字，或者不在单元格的最外层，评分时做不到。请写成最外层的普通子类，断言写在外面。"),
    "split.method": ("C", "测试把自己的函数装进学员的类，评分时它不会成为方法。请改为调用函数并比较结果。"),
    "split.copy": ("C", "测试复制或序列化学员类的对象，评分时做不到。请让学员提供 copy 方法，或比较属性。"),
    "split.test_class": ("C", "测试格里定义的类带有比较、真假等方法，对象又交给学员的代码。请把这个类移到锁定格。"),
    "split.library_object": ("C", "测试把库的对象（数据库连接、坐标轴）交给学员的函数，它到不了学员的进程。请让学员的函数自己建立它。"),
    "split.environment": ("C", "测试设置环境变量给学员的代码看，学员的进程看不到。请改为函数参数。"),
    "split.globals": ("C", "测试读取学员函数的 __globals__，评分时读不到。请直接用变量名。"),
    "split.execute": ("C", "测试执行学员的源代码，测试进程不允许。请调用学员的函数；只看源代码是可以的。"),
    "split.network": ("C", "测试使用网络，评分时没有网络。"),
    "split.process": ("C", "测试自己启动程序或进程，测试进程不允许。请用 subprocess.run，它在学员那边运行。"),
    "kernel.shell": ("C", "用了 shell 命令或魔法命令（! 或 %），它们在学员的进程里运行，结果由学员说了算。"),
    "kernel.ipython": ("C", "用了 get_ipython，它在学员的进程里，结果由学员说了算。"),
    "kernel.history": ("C", "读取 In、Out、_ 这类输入输出历史，评分时没有，或由学员说了算。"),
    "kernel.frames": ("C", "通过调用栈、垃圾回收去找学员的东西，评分时不在同一个进程里。"),
    "kernel.helper": ("C", "用到的辅助函数里有 shell、魔法命令或 get_ipython，它只在学员的进程里，由学员说了算。"),
    "kernel.foreign": ("C", "不是 Python 内核：答案和测试在同一个进程里运行，只供练习。"),
    "cell.broken": ("C", "这一格不是能运行的 Python，谁也得不到分。"),
    "vacuous.constant": ("", "这条断言永远成立，什么也没有检查。"),
    "vacuous.swallowed": ("", "断言失败后被 except 吞掉，等于没有检查。"),
    "vacuous.no_raise": ("", "没有抛出异常也能通过：try 里要求的异常没有出现时，没有一句话让测试失败。"),
    "vacuous.any_exception": ("", "任何异常都算对，没有作答时的 NotImplementedError 也能通过。请写明是哪一种异常。"),
    "vacuous.empty": ("", "只在循环或 all(…) 里检查；学员交出空的结果时，一次也不检查。请先检查个数。"),
    "vacuous.nan": ("", "只用“不大于”“不小于”的反面来检查；结果是 NaN 时照样通过。请写成 abs(a - b) < 误差。"),
    "vacuous.not_asserted": ("", "比较的结果没有用到，前面缺一个 assert。"),
    "vacuous.nothing": ("", "这一格没有任何断言：只要不报错就得满分。"),
    "vacuous.unrelated": ("", "这一格没有用到学员的任何东西。"),
}  # fmt: skip
ORDER = {"A": 0, "B": 1, "C": 2}


@dataclass(frozen=True)
class Finding:
    """One thing found: where (line 1 is the first of the cell), what is written there, and for class B what to write."""

    code: str
    grade_id: str
    line: int
    written: str = ""
    rewrite: str | None = None

    @property
    def klass(self) -> str:
        """B or C, or "" for one that leaves the class as it is."""
        return CODES[self.code][0]

    @property
    def reason(self) -> str:
        """Why, for the author."""
        return CODES[self.code][1]


@dataclass(frozen=True)
class CellReport:
    """One test cell: its class, what was found, and for class B the whole cell as it would be after acceptance."""

    grade_id: str
    klass: str
    findings: tuple[Finding, ...]
    rewritten: str | None = None

    @property
    def vacuous(self) -> tuple[Finding, ...]:
        """The findings that say the cell pays for too little."""
        return tuple(one for one in self.findings if one.code.startswith("vacuous."))


def worst(classes: Iterable[str]) -> str:
    """The worst of these classes; A where there are none."""
    return max((one or "A" for one in classes), key=ORDER.__getitem__, default="A")
