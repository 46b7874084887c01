"""Names known to be difficult are found as they stand on the list, and as colleagues would type them."""

import pytest

from admissions.core.names import MOST_SOUNDS, key_of, sort_key, sounds_of
from admissions.core.text import folded


def finds(name, asked):
    return folded(asked) in key_of(name)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        # Surnames read otherwise than the word; both readings are typed.
        *(("单示明", text) for text in ("shanshiming", "danshiming", "ssm")),
        *(("仇示英", text) for text in ("qiushi", "choushi", "qsy")),
        *(("解示", text) for text in ("xieshi", "jieshi")),
        *(("曾示", text) for text in ("zengshi", "cengshi", "zs")),
        *(("区示", text) for text in ("oushi", "qushi")),
        *(("朴示", text) for text in ("piaoshi", "pushi")),
        *(("覃示", text) for text in ("qinshi", "tanshi")),
        *(("尉迟示", text) for text in ("yuchishi", "ycs")),
        ("单于示", "chanyushi"),
        ("万俟示", "moqishi"),
        # ü is typed as v, as yu in passports, as u without its dots.
        *(("吕示正", text) for text in ("lvshizheng", "lyushizheng", "lushizheng", "LV SHI ZHENG")),
        *(("女示", text) for text in ("nvshi", "nyushi")),
        # Rare signs, up to those that no list of pinyin has.
        *(("㛃䶮𬱖", text) for text in ("㛃䶮", "jieyan", "jyd")),
        *(("𠮷示", text) for text in ("𠮷示", "jishi")),
        ("\U00031350示", "\U00031350"),
        # Names of other origins, with the dots and blanks of every keyboard.
        *(
            ("阿不都·热西提", text)
            for text in ("阿不都热西提", "阿不都•热西提", "阿不都・热西提", "阿不都 热西提", "abudourexiti")
        ),
        *(("O'Neil Shi", text) for text in ("o’neil", "ONEIL SHI", "Ｏ＇Neil", "oneilshi")),
        *(("张示", text) for text in ("张 示", "张\u200b示", "zhangshi", "zs")),
        ("高示", "⾼示"),
    ],
)
def test_found(name, asked):
    assert finds(name, asked)


@pytest.mark.parametrize(("name", "asked"), [("张示", "李示"), ("吕示", "lishi"), ("单示", "zhan"), ("张示", "（）")])
def test_not_found(name, asked):
    assert not finds(name, asked)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("张三丰", "zhangsanfeng zsf"),
        ("单示", "shanshi ss"),
        ("单于示", "chanyushi cys"),
        ("重庆大学", "chongqingdaxue cqdx"),
        ("", ""),
    ],
)
def test_sorted_as_it_is_called(name, key):
    assert sort_key(name) == key


def test_a_long_name_keeps_to_its_first_readings():
    assert len(list(sounds_of("单曾" * 30))) == MOST_SOUNDS
    assert len(sort_key("阿" * 60)) <= 200


def test_the_whole_key_is_of_one_name():
    assert key_of("张示") == " 张示 zhangshi zs zhangqi zq zhangzhi zz "
    assert key_of("") == ""
