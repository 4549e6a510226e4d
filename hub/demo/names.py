"""Invented names: common surnames and given names put together by chance, marked as made up."""

from __future__ import annotations

from random import Random

from hub.domain.roster import MARK

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤单仇解区查"
)
_DOUBLE = ("欧阳", "尉迟", "上官", "司马", "皇甫")
_FEMALE = "芳娜敏静秀娟英华慧巧美红玉兰凤洁梅琳雪荣爱香月莺媛艳瑞佳雅芝萍燕彩春菊勤珍贞莉婷姣婉娴颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑筠柔竹霭凝晓欢"
_MALE = "伟刚勇毅俊峰强军平保东文辉力明永健世广志义兴良海山仁波宁贵福生龙元全国胜学祥才发武新利清飞彬富顺信子杰涛昌成康星光天达安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆磊民友裕河哲江超浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以建家致树炎德行时泰盛"


def invented(rng: Random, female: bool) -> str:
    """A name of two to four characters; the mark says that nobody is meant."""
    surname = rng.choice(_DOUBLE) if rng.random() < 0.01 else rng.choice(_SURNAMES)
    pool = _FEMALE if female else _MALE
    given = rng.choice(pool) + (rng.choice(pool) if rng.random() < 0.72 else "")
    return surname + given + MARK
