"""Every field of every form that takes words takes them by the one cleaning; so does what is looked for."""

import django_filters as filters
import pytest
from django import forms
from django.urls import get_resolver

from admissions.core.forms import Asked, SearchFilter, Text
from admissions.house.collection import packages

# Fields of the library that asks for them: a code is compared and never kept.
ONE_TIME_CODES = {
    "admissions.accounts.forms.SecondFactorForm.code",
    "admissions.accounts.forms.BindForm.code",
    "admissions.accounts.forms.SecondFactorAgainForm.code",
}


def kinds(base):
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def of_the_product(base):
    assert get_resolver().url_patterns  # with the pages comes all the rest
    return {kind for kind in kinds(base) if kind.__module__.startswith((*packages(), "admissions."))}


def test_every_field_for_words_cleans_them():
    found = {
        f"{form.__module__}.{form.__name__}.{name}"
        for form in of_the_product(forms.BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.CharField)
        and not isinstance(field, Asked | forms.SlugField | forms.EmailField | forms.UUIDField)
        and not isinstance(field.widget, forms.PasswordInput)
    }
    assert found == ONE_TIME_CODES
    assert len(of_the_product(forms.BaseForm)) > 100


def test_every_search_cleans_what_is_asked():
    found = [
        f"{kind.__module__}.{kind.__name__}.{name}"
        for kind in of_the_product(filters.FilterSet)
        for name, one in kind.base_filters.items()
        if type(one) is filters.CharFilter
    ]
    assert found == []
    assert len(of_the_product(filters.FilterSet)) > 20


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("高\u200b示\ufffe", "高示"),
        ("⾼示", "高示"),
        ("一\r\n二", "一\n二"),
        ("（主持）；", "（主持）；"),
        ("\ufeff 示 ", "示"),
    ],
)
def test_words_are_kept_as_written_without_what_nobody_sees(typed, kept):
    assert Text().clean(typed) == kept
    assert Asked().clean(typed) == kept


@pytest.mark.parametrize("typed", ["示\ue000", "示\ufffd"])
def test_what_cannot_be_kept_is_refused_with_a_word(typed):
    with pytest.raises(forms.ValidationError, match=r"自造字|丢失"):
        Text().clean(typed)
    assert Asked().clean(typed) == typed


def test_nothing_but_what_nobody_sees_is_nothing():
    with pytest.raises(forms.ValidationError, match=r"必填|不能为空|这个字段"):
        Text().clean("\u200b\ufeff")
    assert SearchFilter().field.clean(" \u200b") == ""
