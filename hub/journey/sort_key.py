"""The pinyin under which a name is sorted, with surnames read as surnames."""

from __future__ import annotations

from pypinyin import lazy_pinyin

# Characters that are read differently as a surname; two-character surnames first.
_SURNAMES = {
    "尉迟": "yu chi", "万俟": "mo qi", "澹台": "tan tai", "长孙": "zhang sun", "单于": "chan yu", "宰父": "zai fu",
    "令狐": "ling hu", "鲜于": "xian yu", "呼延": "hu yan", "夏侯": "xia hou", "皇甫": "huang fu", "上官": "shang guan",
    "单": "shan", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "曾": "zeng", "任": "ren", "朴": "piao",
    "翟": "zhai", "盖": "ge", "葛": "ge", "华": "hua", "纪": "ji", "缪": "miao", "宓": "mi", "秘": "bi", "冼": "xian",
    "尹": "yin", "员": "yun", "乐": "yue", "燕": "yan", "应": "ying", "臧": "zang", "晁": "chao", "车": "che",
    "重": "chong", "种": "chong", "黑": "he", "繁": "po", "折": "she", "召": "shao", "幺": "yao", "郗": "xi",
    "洗": "xian", "牟": "mu", "那": "na", "宁": "ning", "瞿": "qu", "覃": "qin", "柏": "bai", "卜": "bu", "石": "shi",
    "盛": "sheng", "沈": "shen", "隗": "wei", "贾": "jia", "谌": "chen", "瀍": "chan", "𠅤": "xi",
}  # fmt: skip


def sort_key(name: str) -> str:
    """Lower-case pinyin syllables with a space between; letters of other scripts stay, in lower case."""
    for length in (2, 1):
        reading = _SURNAMES.get(name[:length])
        if reading and len(name) > length:
            return f"{reading} {_plain(name[length:])}".strip()
    return _plain(name)


def _plain(text: str) -> str:
    return " ".join(lazy_pinyin(text.casefold())).strip()
