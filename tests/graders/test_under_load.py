"""Honest notebooks that print, warn and complain in masses, eight at a time: every one is paid in full."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import papers
import pytest

from graders.verdict import Verdict

AT_A_TIME, ALL, FEW = 8, 200, 24

# What a beginner leaves in a cell; {n} is how often.
LOUD: dict[str, str] = {
    "prints flushed one by one": "for i in range({n}):\n    print('第', i, '次循环', flush=True)\n",
    "prints long Chinese lines": "for i in range({n} // 10):\n    print('结果是：' + '很好' * 50)\n",
    "warns": "import warnings\nfor i in range({n} // 20):\n    warnings.warn(f'第{{i}}次提醒', UserWarning)\n",
    "writes to stderr": "import sys\nfor i in range({n}):\n    print('调试', i, file=sys.stderr)\n    sys.stderr.flush()\n",
    "logs": "import logging\nlogging.basicConfig(level=logging.DEBUG)\nfor i in range({n} // 10):\n    logging.warning('第 %d 条日志', i)\n",
    "draws a progress bar": "import sys\nfor i in range({n}):\n    sys.stdout.write(f'\\r\\x1b[32m{{i}}/{n} 完成\\x1b[0m')\n    sys.stdout.flush()\n",
    "prints tracebacks": "import traceback\nfor i in range({n} // 50):\n    try:\n        1 / 0\n    except ZeroDivisionError:\n        traceback.print_exc()\n",
    "divides by nothing": "import numpy as np\nfor i in range({n} // 50):\n    np.array([1.0, 0.0]) / np.zeros(2)\n    np.log(np.array([-1.0]))\n",
    "shows things": "from pprint import pprint\nfor i in range({n} // 50):\n    pprint({{'键': list(range(20)), '值': '文字' * 20}})\n    display(i)\n",
    "writes bytes past Python": "import os\nfor i in range({n}):\n    os.write(1, '直接写\\n'.encode())\n    os.write(2, b'err\\n')\n",
}
# Where the noise stands: in the cell, in the function that is asked about, or both.
PLACES = ("cell", "function", "both")
SIZES = (500, 3_000, 30_000, 100_000)


def notebook(number: int) -> tuple[str, bytes]:
    """The number-th noisy notebook, and what it does; right in every answer."""
    kinds = list(itertools.product(PLACES, LOUD))
    place, name = kinds[number % len(kinds)]
    much = SIZES[number // 3 % len(SIZES)]
    outside = LOUD[name].format(n=much)
    inside = LOUD[name].format(n=min(much, 2_000)).replace("\n", "\n    ").rstrip()
    body = f"    {inside}\n" if place != "cell" else ""
    before = outside if place != "function" else ""
    add = f"{before}def add(a, b):\n{body}    return a + b\n{before}print('加法好了')\n"
    mean = f"def mean(xs):\n    print('平均', xs)\n    return sum(xs) / len(xs)\n{before}"
    made = papers.notebook(papers.good_cells(add=add, mean=mean))
    return f"{number}: {name}, {much} times, {place}", made


def marks(graded: Callable[..., Verdict], count: int) -> dict[str, object]:
    """Grade so many, eight at a time; what is not full marks."""

    def one(number: int) -> tuple[str, Verdict]:
        name, data = notebook(number)
        return name, graded(data)

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        told = list(pool.map(one, range(count)))
    assert len(told) == count
    return {
        name: [(t.grade_id, t.reason) for t in verdict.tests if t.status != "passed"] or verdict.reason
        for name, verdict in told
        if (verdict.state, verdict.points) != ("graded", 10)
    }


def test_two_dozen_noisy_notebooks_eight_at_a_time_are_paid_in_full(graded: Callable[..., Verdict]) -> None:
    assert marks(graded, FEW) == {}


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_two_hundred_noisy_notebooks_eight_at_a_time_are_paid_in_full(
    graded: Callable[..., Verdict],
) -> None:
    assert marks(graded, ALL) == {}
