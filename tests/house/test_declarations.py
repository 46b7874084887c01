"""A declaration that is missing, incomplete or wrong stops the start, and the sentence says which."""

from dataclasses import fields, replace
from enum import StrEnum

import pytest
from django.core.exceptions import ImproperlyConfigured

from admissions.core.capability import SLOTS, Nothing, Provided, Slot, fits, has_no_defaults, unanswered
from admissions.core.navigation import NavItem, everybody
from admissions.house import collection
from admissions.house.collection import Declared, capabilities, close, declared, fill_slots, judged
from admissions.house.questions import Capability, Mount

QUESTIONS = [question.name for question in fields(Capability)]
ANSWERED = [name for name in QUESTIONS if name not in ("code", "label")]


def nobody(code="empty", **answers) -> Capability:
    given = {name: Nothing("a test") for name in ANSWERED} | answers
    return Capability(code=code, label="空", **given)


def house(*found: Capability) -> list[Declared]:
    return judged([Declared(f"packages.{one.code}", one) for one in found])


@pytest.fixture
def own_slots(monkeypatch):
    """Slots of a test's own, beside those of the product."""
    slots: dict[str, Slot] = {}
    monkeypatch.setattr("admissions.core.capability.SLOTS", slots)
    monkeypatch.setattr(collection, "SLOTS", slots)
    return slots


class TestAnswers:
    def test_no_question_has_a_default(self):
        assert has_no_defaults(Capability)

    @pytest.mark.parametrize("why", ["", "  ", None, 3])
    def test_nothing_needs_its_reason(self, why):
        with pytest.raises(ImproperlyConfigured, match="reason"):
            Nothing(why)

    @pytest.mark.parametrize("question", ANSWERED)
    def test_each_question_left_out_is_named(self, question):
        given = {name: Nothing("a test") for name in ANSWERED if name != question}
        with pytest.raises(TypeError, match=question):
            Capability(code="empty", label="空", **given)

    @pytest.mark.parametrize("question", QUESTIONS)
    @pytest.mark.parametrize("wrong", [None, (), "", 7, [everybody], ("text",)], ids=range(6))
    def test_each_wrong_answer_is_named_with_its_package(self, question, wrong):
        with pytest.raises(ImproperlyConfigured, match=rf"packages\.\w*.*`{question}`|`stands_on` names"):
            house(replace(nobody(), **{question: wrong}))

    def test_nothing_is_an_answer_everywhere(self):
        assert list(unanswered(nobody())) == []

    def test_kinds_of_answers(self):
        item = NavItem("管理", 1, "项", "home", "users", everybody)
        mount = Mount("x/", "packages.x.urls")
        assert fits((item,), tuple[NavItem, ...])
        assert not fits((item, mount), tuple[NavItem, ...])
        assert not fits((), tuple[NavItem, ...])
        assert fits(everybody, QUESTION_OF_CALLABLE) and not fits(Nothing("x"), QUESTION_OF_CALLABLE)


QUESTION_OF_CALLABLE = Capability.__dataclass_fields__["overdue"].type.__args__[0]


class Right(StrEnum):
    READ = "read"
    WRITE = "write"


class TestHouse:
    def test_from_the_ground_upward(self):
        found = house(nobody("roof", stands_on=("walls",)), nobody("walls", stands_on=("ground",)), nobody("ground"))
        assert [one.capability.code for one in found] == ["ground", "walls", "roof"]

    def test_standing_on_nobody(self):
        with pytest.raises(ImproperlyConfigured, match=r"packages.roof: `stands_on` names walls"):
            house(nobody("roof", stands_on=("walls",)))

    def test_a_circle(self):
        with pytest.raises(ImproperlyConfigured, match=r"circle: (one → two|two → one)"):
            house(nobody("one", stands_on=("two",)), nobody("two", stands_on=("one",)))

    def test_a_code_twice(self):
        with pytest.raises(ImproperlyConfigured, match="same code"):
            house(nobody("one"), nobody("one"))

    def test_a_right_with_two_owners_and_one_with_none(self):
        with pytest.raises(ImproperlyConfigured, match=r"packages.two: `permissions` names read"):
            house(nobody("one", permissions=(Right.READ, Right.WRITE)), nobody("two", permissions=(Right.READ,)))
        with pytest.raises(ImproperlyConfigured, match=r"no capability.py names Right.WRITE in `permissions`"):
            house(nobody("one", permissions=(Right.READ,)))

    def test_it_is_closed_for_good(self):
        with pytest.raises(ImproperlyConfigured, match="house is closed"):
            close([])
        for slot in SLOTS.values():
            with pytest.raises(ImproperlyConfigured, match="closed"):
                slot.fill([])
        with pytest.raises(ImproperlyConfigured, match="after the house was closed"):
            Slot("late", object)


class TestSlots:
    def test_nobody_answers(self, own_slots):
        Slot("asked", object)
        with pytest.raises(ImproperlyConfigured, match="nobody provides asked"):
            fill_slots(house(nobody()))

    def test_one_answer_and_two_give_it(self, own_slots):
        slot = Slot("asked", int, one=True)
        two = house(nobody("one", provides=(Provided(slot, 1),)), nobody("two", provides=(Provided(slot, 2),)))
        with pytest.raises(ImproperlyConfigured, match="one answer, but one, two"):
            fill_slots(two)

    def test_a_wrong_kind(self, own_slots):
        slot = Slot("asked", int)
        with pytest.raises(ImproperlyConfigured, match="one: its answer to the slot asked"):
            fill_slots(house(nobody("one", provides=(Provided(slot, "text"),))))

    def test_asked_too_early_it_permits_nothing(self, own_slots):
        slot = Slot("asked", int, one=True)
        with pytest.raises(ImproperlyConfigured, match="before the house was closed"):
            slot()

    def test_a_question_of_the_declaration_is_answered_there(self, own_slots):
        slot = Slot("menu", NavItem)
        item = NavItem("管理", 1, "项", "home", "users", everybody)
        fill_slots(house(nobody("one", menu=(item,)), nobody("two")))
        assert (list(slot), slot.answered_by) == ([item], ["one"])


class TestProduct:
    """The running project, as it was started for the tests."""

    def test_every_slot_is_filled_by_a_capability_of_the_product(self):
        codes = {one.code for one in capabilities()}
        assert len(SLOTS) > 20
        for question, slot in SLOTS.items():
            assert slot.answered_by, question
            assert set(slot.answered_by) <= codes, question

    def test_every_question_is_answered_by_somebody_or_by_nobody_on_purpose(self):
        for question in ANSWERED:
            answers = [getattr(one, question) for one in capabilities()]
            assert any(not isinstance(answer, Nothing) for answer in answers), question

    def test_what_stands_below_comes_first(self):
        seen = set()
        for one in declared():
            assert set(one.capability.stands_on) <= seen
            seen.add(one.capability.code)
