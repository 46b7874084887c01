"""A school is found under every usual spelling and sound, in fields and in the search of the list."""

import pytest
from django.core.exceptions import ValidationError

from admissions.seasons.institutions.filters import InstitutionFilter
from admissions.seasons.institutions.lookup import InstitutionField, institution_called
from admissions.seasons.models import Institution
from tests.factories.seasons import InstitutionFactory
from tests.trail import setting_up

pytestmark = pytest.mark.django_db
NAME = "中国示例石油大学（北京）"


@pytest.fixture
def school():
    InstitutionFactory(name="示例石油学院")
    return InstitutionFactory(name=NAME, code="4111011414", authority="教育部")


SPELLINGS = [
    NAME,
    "中国示例石油大学(北京)",
    "中国示例石油大学 （北京）",
    "中国示例⽯油大学（北京）",
    "４１１１０１１４１４",
    "4111011414 ",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_the_field_finds_it(school, text):
    assert InstitutionField().clean(text) == school


@pytest.mark.parametrize(
    "text", [*SPELLINGS, "示例石油大学", "zhongguoshilishiyou", "ZGSLSYDXBJ", "中石油大学", "中石大北京"]
)
def test_the_search_finds_it(school, text):
    assert school in InstitutionFilter({"q": text}, Institution.objects.all()).qs


@pytest.mark.parametrize("text", ["北京大学", "油石", "411101141"])
def test_the_field_does_not_guess(school, text):
    with pytest.raises(ValidationError, match="没有这所院校"):
        institution_called(text)


def test_two_that_differ_in_signs_only_are_asked_for_by_code(school):
    InstitutionFactory(name=NAME.replace("（北京）", "北京"))
    with pytest.raises(ValidationError, match="不止一所"):
        institution_called(NAME)
    assert institution_called(school.code) == school


def test_nothing_asked_is_nothing_found(school):
    assert institution_called("") is None
    assert institution_called(" \u200b") is None


def test_the_key_follows_the_name(school):
    school.name = "示例改名大学"
    with setting_up():
        school.save()
    school.refresh_from_db()
    assert school.name_key.startswith(" 示例改名大学 shiligaimingdaxue ")
