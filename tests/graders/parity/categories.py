"""What the idioms are about: a kind of task by the name of its file, a way of testing by what its cells say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.graders.parity.corpus import Idiom

# by the beginning of a file's name: each idiom is of one kind
KINDS = {
    "列表、元组、集合、字典、变量": r"list_|tuple_|set_|dict_|variables_|nested_|grid_",
    "字符串": r"string_",
    "递归": r"recursion_|tree_|linked_",
    "类与对象": r"class_",
    "异常": r"exception_",
    "生成器": r"generator_",
    "函数、装饰器、协程": r"arguments_|closure_|decorator_|higher_order_|async_|contextlib_|inspect_|module_|timing_",
    "标准库": r"stdlib_",
    "numpy": r"numpy_",
    "pandas": r"pandas_",
    "画图": r"plot_",
    "文件与数据库": r"files_|sqlite_",
    "随机": r"random_",
    "打印与输入": r"output_",
    "部分给分": r"partial_",
    "单元格的组合": r"cells_",
    "就地改动": r"mutation_",
    "unittest": r"unittest_",
    "魔法命令": r"shell_",
}
# by the text of its cells: an idiom may show several, or none
WAYS = {
    "只读的辅助函数": r"(?ms)^%% locked [^%]*^def \w+",
    "隐藏测试": r"### BEGIN HIDDEN TESTS",
    "部分给分（最后一个表达式）": r"(?m)^%% test \S*(?:partial|three|guarded|credit|points|ratio)",
    "unittest.TestCase": r"unittest\.TestCase",
    "numpy.testing": r"numpy\.testing|\bnpt\.|np\.testing\.",
    "pandas.testing": r"pandas\.testing|pd\.testing\.",
    "对输出用正则表达式": r"(?s)getvalue\(\).*re\.(?:search|findall)",
    "收集打印": r"redirect_stdout|sys\.stdout|%%capture",
    "种子设在测试格里": r"(?m)^(?:np\.)?random\.seed\(|default_rng\(\d|random\.Random\(\d",
    "就地改动参数": r"就地|in_place",
    "期待异常": r"except \w*Error|assertRaises|assert_raises",
    "用哈希核对": r"hashlib",
    "随作业发的数据文件": r"(?m)^%% file ",
    "mock.patch": r"\bpatch\(",
    "看签名、标注、文档、源代码": r"inspect\.|__doc__|__annotations__|get_type_hints",
    "测试把函数交给学员": r"lambda",
    "学员另开的单元格": r"(?m)^%% extra",
    "计时": r"perf_counter|time\.time",
}


def kind_of(idiom: Idiom) -> str:
    """The one kind of an idiom; ValueError for a name that fits none or several."""
    found = [kind for kind, names in KINDS.items() if re.match(names, idiom.name)]
    if len(found) != 1:
        raise ValueError(f"{idiom.name}: {found}")
    return found[0]


def counts(corpus: Iterable[Idiom]) -> dict[str, int]:
    """How many idioms there are of each kind and each way."""
    known = list(corpus)
    found = {kind: sum(kind_of(one) == kind for one in known) for kind in KINDS}
    return found | {way: sum(bool(re.search(text, one.text)) for one in known) for way, text in WAYS.items()}
