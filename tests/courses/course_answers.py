"""What learners write: other ways to be right, which must pass, and plausible mistakes, which must not."""

RIGHT: dict[str, dict[str, dict[str, str]]] = {
    "a1-learner-analysis": {
        "numpy and pandas": {
            "q1-clean-number": """
def clean_number(text, low, high):
    number = pd.to_numeric(text, errors="coerce")
    return number if number is not None and low <= number <= high else None
""",
            "q3-describe": """
import numpy as np
def describe(numbers):
    known = np.array([x for x in numbers if x is not None])
    if known.size == 0:
        return dict(人数=0, 平均=None, 中位数=None, 最低=None, 最高=None)
    return dict(人数=known.size, 平均=known.mean(), 中位数=np.median(known), 最低=known.min(), 最高=known.max())
""",
            "q4-count-bands": """
import numpy as np
def count_bands(numbers, edges):
    return np.histogram([x for x in numbers if x is not None], bins=edges)[0]
""",
        },
        "tuples and comprehensions": {
            "q2-valid-rate": """
def valid_rate(values, low, high):
    good = [v for v in values if clean_number(v, low, high) is not None]
    return len(good) / len(values) if values else 0.0
""",
            "q4-count-bands": """
def count_bands(numbers, edges):
    known = [x for x in numbers if x is not None]
    last = len(edges) - 2
    return tuple(
        sum(edges[i] <= x < edges[i + 1] or (i == last and x == edges[-1]) for x in known)
        for i in range(last + 1)
    )
""",
            "q6-make-groups": """
def make_groups(records):
    return {
        name: tuple(r["学号"] for r in records if choose_group(r["前测"], r["信心"]) == name)
        for name in reversed(GROUPS)
    }
""",
        },
    },
    "a13-charts": {
        "bars drawn one by one": {
            "q1-distribution": """
def draw_distribution(numbers):
    counts = [0] * 10
    for x in numbers:
        if x is not None:
            counts[min(9, int(x // 10))] += 1
    fig, ax = plt.subplots(figsize=(8, 3))
    for i in range(10):
        ax.bar(10 * i + 5, counts[i], width=9)
    ax.set(title="七年级", xlabel="分数/分", ylabel="人")
    return fig
""",
            "q3-comparison": """
def draw_comparison(means):
    fig = plt.figure()
    ax = fig.add_subplot()
    best = max(means.values())
    for name in means:
        ax.bar(name, means[name], color="crimson" if means[name] == best else "0.8")
        ax.text(name, means[name], f"{means[name]:.1f}", ha="center")
    ax.set_title("平均分")
    ax.set_ylabel("分")
    return fig
""",
            "q4-lie-factor": """
def lie_factor(first, second, base):
    return first / (first - base)
""",
            "q5-trend": """
import numpy as np
def draw_trend(weeks, rates):
    fig, ax = plt.subplots()
    ax.plot(np.array(weeks), np.array(rates, dtype=float), "o-")
    ax.set(ylim=(0, 100), xlabel="第几周", ylabel="%", title="提交率")
    return fig
""",
        },
        "pandas": {
            "q2-class-means": """
def class_means(records):
    if not records:
        return {}
    table = pd.DataFrame(records)
    table["成绩"] = table["成绩"].astype(float)
    means = table.groupby("班级", sort=False)["成绩"].mean()
    return {name: None if pd.isna(mean) else mean for name, mean in means.items()}
""",
            "q6-conclusions": "conclusions = dict(甲=1, 乙=1, 丙=0, 丁=0, 戊=1, 己=0)",
        },
    },
    "b1-item-analysis": {
        "numpy and pandas": {
            "q1-score-answers": """
import numpy as np
def score_answers(choices, key):
    return np.array([int(c.strip().upper() == k) for c, k in zip(choices, key)])
""",
            "q2-difficulty": """
def difficulty(item):
    known = pd.Series(item, dtype=float).dropna()
    return known.mean() if len(known) else None
""",
            "q3-discrimination": """
import numpy as np
def discrimination(item, totals):
    order, n = np.argsort(totals), group_size(len(item))
    item = np.array(item)
    return item[order[-n:]].mean() - item[order[:n]].mean()
""",
            "q4-cronbach-alpha": """
def cronbach_alpha(rows):
    table = pd.DataFrame(rows)
    k, total = table.shape[1], table.sum(axis=1).var()
    return None if k < 2 or total == 0 else k / (k - 1) * (1 - table.var().sum() / total)
""",
            "q5-dead-distractors": """
def dead_distractors(choices, right):
    return tuple(o for o in "ABCD" if o != right and list(choices).count(o) / len(choices) < 0.05)
""",
        },
    },
}

WRONG: dict[str, list[tuple[str, str, str]]] = {
    "a1-learner-analysis": [
        ("q1-clean-number", "return number\n", "return str(number)\n"),
        ("q1-clean-number", "number = float(text)", "number = int(text)"),
        ("q1-clean-number", "low <= number <= high", "0 <= number <= 100"),
        ("q1-clean-number", "low <= number <= high", "number and low <= number <= high"),
        ("q2-valid-rate", " is not None", ""),
        ("q2-valid-rate", "count / len(values)", "100 * count / len(values)"),
        ("q2-valid-rate", "for value in values", "for value in set(values)"),
        ("q3-describe", "if x is not None", "if x"),
        ("q3-describe", "[x for x in numbers if x is not None]", "[x or 0 for x in numbers]"),
        ("q3-describe", "len(known),", "len(numbers),"),
        ("q3-describe", "sum(known) / len(known)", "round(sum(known) / len(known))"),
        ("q3-describe", "known = [", "numbers.sort(key=lambda x: x or 0)\n    known = ["),
        ("q4-count-bands", "if number is None:\n            continue", "number = number or 0"),
        ("q5-choose-group", "score is None or confidence is None", "not score or not confidence"),
        ("q6-make-groups", "{name: [] for name in GROUPS}", "dict.fromkeys(GROUPS, [])"),
        ("q6-make-groups", "for record in records", "for record in sorted(records, key=lambda r: r['学号'])"),
        ("q6-make-groups", "in records:\n", "in records:\n        record['前测'] = record['前测'] or 0\n"),
    ],
    "a13-charts": [
        ("q1-distribution", "range=(0, 100), ", ""),
        ("q1-distribution", "[x for x in numbers if x is not None]", "[x or 0 for x in numbers]"),
        ("q1-distribution", "成绩（分）", "成绩"),
        ("q1-distribution", "return fig", "return ax"),
        ("q2-class-means", 'if record["成绩"] is not None', 'if record["成绩"]'),
        ("q2-class-means", "if numbers else None", "if numbers else 0"),
        ("q2-class-means", "sum(numbers) / len(numbers)", "round(sum(numbers) / len(numbers), 1)"),
        ("q3-comparison", "ax.set_ylim(0, 100)", "ax.set_ylim(0, 80)"),
        ("q3-comparison", "ax.set_ylim(0, 100)", "ax.set_ylim(min(means.values()) - 1, 100)"),
        ("q3-comparison", "list(means)", "sorted(means)"),
        ("q3-comparison", '"%.1f"', '"%.0f"'),
        ("q3-comparison", 'color="#7A8CA5"', "color=['r', 'g', 'b', 'y'][:len(means)]"),
        ("q4-lie-factor", "return in_chart / in_data", "return round(in_chart / in_data, 1)"),
        ("q5-trend", 'float("nan") if rate is None', "0 if rate is None"),
        ("q5-trend", "if rate is None", "if not rate"),
        ("q5-trend", 'marker="o", ', ""),
        ("q5-trend", "ax.plot", "ax.scatter"),
        ("q5-trend", "（%）", ""),
        ("q6-conclusions", '"丁": False', '"丁": True'),
    ],
    "b1-item-analysis": [
        ("q1-score-answers", ".strip()", ""),
        ("q1-score-answers", ".upper()", ""),
        ("q1-score-answers", "return result", "return sum(result)"),
        ("q1-score-answers", "== right", "in right"),
        ("q2-difficulty", "sum(taken) / len(taken)", "sum(taken) / len(item)"),
        ("q2-difficulty", "is not None", ""),
        (
            "q3-discrimination",
            "sorted(zip(totals, item), key=lambda pair: pair[0], reverse=True)",
            "list(zip(totals, item))",
        ),
        ("q3-discrimination", "group_size(len(totals))", "len(totals) // 2"),
        ("q3-discrimination", "(high - low) / size", "abs(high - low) / size"),
        ("q4-cronbach-alpha", "k / (k - 1) * ", ""),
        ("q4-cronbach-alpha", "k = len(rows[0])", "k = len(rows)"),
        ("q4-cronbach-alpha", "** 2", "** 1"),
        ("q4-cronbach-alpha", "if total == 0:\n        return None", "if total == 0:\n        return 0"),
        ("q5-dead-distractors", "if option == right:", "if option == 'E':"),
        ("q5-dead-distractors", "0.05 * len(choices)", "0.05 * (len(choices) - choices.count(''))"),
        ("q5-dead-distractors", "count < 0.05 * len(choices)", "count == 0"),
        ("q6-decide", "p < 0.2 or p > 0.95", "p < 0.2"),
    ],
}
