"""ID numbers and phones: one number, one digest, however it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admissions.accounts.identity import (
    IdentityProblem,
    check_character,
    check_id_number,
    check_phone,
    keyed_digest,
    masked_tail,
)

NUMBER = "11010519491231002X"


def wide(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER,
        NUMBER.lower(),
        wide(NUMBER),
        wide(NUMBER.lower()),
        f"　{NUMBER[:6]} {NUMBER[6:14]}-{NUMBER[14:]}\t",
        f"'{NUMBER}",
        f"\ufeff{NUMBER}\u200b",
    ],
)
def test_one_person_has_one_digest(typed):
    assert check_id_number(typed) == NUMBER
    assert keyed_digest(check_id_number(typed)) == keyed_digest(NUMBER)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (NUMBER[:-1] + "1", "校验位不符"),
        (NUMBER[:-1], "应为18位"),
        (NUMBER + "1", "应为18位"),
        ("X" + NUMBER[1:], "应为18位"),
        ("110105491231002", "15位旧证件号，请改填18位"),
        ("110105194913310021", "出生日期不存在"),
        ("110105203012310021", "出生日期不合理"),
        ("110105189912310021", "出生日期不合理"),
        ("٠".join(NUMBER.split("0")), "应为18位"),
        (NUMBER[:-1] + "Х", "应为18位"),
        ("", "应为18位"),
    ],
)
def test_wrong_numbers_say_why(typed, reason):
    with pytest.raises(IdentityProblem, match=reason):
        check_id_number(typed)


@given(st.integers(0, 17), st.sampled_from("0123456789X"), st.integers(0, 999))
def test_one_wrong_character_is_always_noticed(place, character, serial):
    """ISO 7064 MOD 11-2 finds every single substitution; so does the form for an X elsewhere."""
    body = f"43010220080315{serial:03}"
    number = body + check_character(body)
    changed = number[:place] + character + number[place + 1 :]
    if changed == number:
        assert check_id_number(changed) == number
        return
    with pytest.raises(IdentityProblem):
        check_id_number(changed)


def test_published_example_of_the_standard():
    """GB 11643-1999, annex: 11010519491231002X and 440524188001010014."""
    assert check_character("11010519491231002") == "X"
    assert check_character("44052418800101001") == "4"


@pytest.mark.parametrize("typed", ["13912345678", wide("13912345678"), "+86 139-1234-5678", "8613912345678"])
def test_phones(typed):
    assert check_phone(typed) == "13912345678"


@pytest.mark.parametrize("typed", ["1391234567", "12912345678", "010-12345678", "١٣٩١٢٣٤٥٦٧٨", "139123456780"])
def test_wrong_phones(typed):
    with pytest.raises(IdentityProblem, match="应为11位手机号"):
        check_phone(typed)


def test_digest_depends_on_the_key_and_hides_the_number(settings):
    before = keyed_digest(NUMBER)
    assert before.startswith("h1:")
    assert NUMBER[:6] not in before
    settings.DIGEST_KEY = "another-key-of-the-tests-0123456789abcdef"
    assert keyed_digest(NUMBER) != before


def test_tail():
    assert masked_tail(NUMBER) == "****002X"
