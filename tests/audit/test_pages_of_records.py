"""Where a record is shown: what models say leads to pages about them, and pages derive from it where they lead."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from django.urls import get_resolver, reverse

from admissions.audit.models import AuditedModel
from admissions.audit.protection import audited_models
from admissions.core.views import ActPage, CommandPage, DetailPage, FormPage
from tests.house.pages import named_urls

MODELS = [model for model in audited_models() if model.PAGE or model.PAGE_OF]
OWN = [model for model in MODELS if model.PAGE]
PARTS = [model for model in MODELS if not model.PAGE]


def page_at(name):
    """The page class behind the name of an address."""
    [found] = [
        pattern.callback.view_class
        for space, label in [name.split(":")]
        for pattern in get_resolver().namespace_dict[space][1].url_patterns
        if getattr(pattern, "name", None) == label
    ]
    return found


@pytest.mark.parametrize("model", OWN, ids=lambda model: model.__name__)
def test_its_page_is_about_this_model(model):
    assert named_urls()[model.PAGE] == ["pk"]
    assert page_at(model.PAGE).model is model


@pytest.mark.parametrize("model", PARTS, ids=lambda model: model.__name__)
def test_what_it_is_part_of_is_shown_somewhere(model):
    whole = model._meta.get_field(model.PAGE_OF).related_model
    assert whole in MODELS


def test_a_model_with_a_page_of_its_own_says_so():
    said = {model.PAGE for model in OWN}
    missing = {
        name
        for name, parameters in named_urls().items()
        if parameters == ["pk"] and ":" in name
        if issubclass(getattr(page_at(name), "model", None) or object, AuditedModel)
        if issubclass(page_at(name), DetailPage) and not hasattr(page_at(name), "run")
    } - said
    assert missing == {"recusal:screening-progress"}


def page(kind, record, path="/", **attributes):
    made = type("Made", (kind,), attributes)()
    made.setup(RequestFactory().get(path))
    made.object = record
    return made


class Record:
    """A record as pages see it."""

    def __init__(self, address, label="某件"):
        self.address, self.label = address, label

    def get_absolute_url(self):
        return self.address

    def shown_record(self):
        return self

    def short_label(self):
        return self.label


ABOVE = (("督办", "followups:list"),)


def test_the_record_is_the_last_crumb_except_on_its_own_page():
    listed, record = ("督办", reverse("followups:list")), Record("/work/follow-ups/7/")
    assert page(CommandPage, record, above=ABOVE).crumbs() == [listed, ("某件", "/work/follow-ups/7/")]
    assert page(DetailPage, record, "/work/follow-ups/7/", above=ABOVE).crumbs() == [listed]
    assert page(DetailPage, Record(""), above=ABOVE).crumbs() == [listed]
    assert page(CommandPage, record).crumbs() == [listed, ("某件", "/work/follow-ups/7/")]
    assert page(CommandPage, Record("")).crumbs() == []


def test_back_leads_to_the_record_else_to_the_nearest_crumb():
    assert page(CommandPage, Record("/x/"), above=ABOVE).cancel_url() == "/x/"
    assert page(CommandPage, Record(""), above=ABOVE).cancel_url() == reverse("followups:list")
    assert page(ActPage, Record(""), above=ABOVE).cancel_url() == reverse("followups:list")
    assert page(FormPage, None, above=ABOVE).cancel_url() == reverse("followups:list")


@pytest.mark.parametrize("kind", [FormPage, CommandPage, ActPage])
def test_a_command_leads_to_the_page_of_what_it_returned(kind):
    made = page(kind, Record("/about/"), above=ABOVE)
    assert made.success_url(Record("/result/")) == "/result/"
    assert made.success_url(None) == made.cancel_url() != ""


def test_a_command_that_leads_nowhere_is_an_error_of_ours():
    with pytest.raises(ImproperlyConfigured, match=r"Made\.success_url"):
        page(FormPage, None).success_url(None)


def test_history_is_offered_to_whom_it_is_open():
    class Closed(Record):
        def history_url(self, user):
            return "/trail/" if user == "reader" else ""

    for user, expected in (("reader", "/trail/"), ("other", "")):
        made = page(DetailPage, Closed("/x/"))
        made.request.user = user
        assert made.history_url() == expected
    made = page(DetailPage, Closed("/x/"), has_history=False)
    made.request.user = "reader"
    assert made.history_url() == ""
