"""All declarations, collected once and then closed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from graphlib import CycleError, TopologicalSorter
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from admissions.core.capability import SLOTS, Nothing, has_no_defaults, unanswered

from .questions import Capability


@dataclass(frozen=True)
class Declared:
    """A declaration and the package it stands in."""

    package: str
    capability: Capability


_house: list[Declared] = []
QUESTIONS = tuple(question.name for question in fields(Capability))


def close(found: Iterable[Declared]) -> None:
    """Judge what was found and keep it for good.  Refuses: a second time; whatever `judged` refuses."""
    if _house:
        raise ImproperlyConfigured("the house is closed: declarations are collected once, when the program starts")
    _house[:] = judged(list(found))


def judged(found: list[Declared]) -> list[Declared]:
    """The declarations from the ground upward.

    Refuses: an answer of the wrong kind, a code twice, standing on nobody or in a circle, a right with two owners or none.
    """
    if not has_no_defaults(Capability):
        raise ImproperlyConfigured("Capability: a question has a default")
    for one in found:
        for question in unanswered(one.capability):
            raise ImproperlyConfigured(
                f"{one.package}: its capability.py does not answer `{question}` in the way that is asked "
                f'(house/questions.py); an answer or Nothing("why")'
            )
    by_code = {one.capability.code: one for one in found}
    if len(by_code) < len(found):
        raise ImproperlyConfigured(f"two capabilities have the same code among {sorted(by_code)}")
    _owned_once(found, "permissions")
    _owned_once(found, "areas")
    return [by_code[code] for code in _from_the_ground(by_code)]


def _from_the_ground(by_code: dict[str, Declared]) -> list[str]:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for code, one in by_code.items():
        for below in one.capability.stands_on:
            if below not in by_code:
                raise ImproperlyConfigured(f"{one.package}: `stands_on` names {below}, and no capability has that code")
        sorter.add(code, *one.capability.stands_on)
    try:
        return list(sorter.static_order())
    except CycleError as error:
        circle = " → ".join(error.args[1])
        raise ImproperlyConfigured(f"`stands_on` goes in a circle: {circle}") from error


def _owned_once(found: list[Declared], question: str) -> None:
    """Every member of the enums of rights is somebody's, and nobody else's."""
    owners: dict[Any, str] = {}
    for one in found:
        for member in getattr(one.capability, question):
            if member in owners:
                raise ImproperlyConfigured(f"{one.package}: `{question}` names {member}, which is {owners[member]}'s")
            owners[member] = one.package
    for enum in {type(member) for member in owners}:
        for member in enum:
            if member not in owners:
                raise ImproperlyConfigured(f"no capability.py names {enum.__name__}.{member.name} in `{question}`")


def fill_slots(found: list[Declared]) -> None:
    """Hand the provided answers to whoever asks."""
    for question, slot in SLOTS.items():
        slot.fill([(one.capability.code, answer) for one in found for answer in _answers_to(question, one.capability)])


def _answers_to(question: str, capability: Capability) -> Iterator[Any]:
    """A slot named as one of the questions is answered there, any other in `provides`."""
    if question not in QUESTIONS:
        yield from (provided.answer for provided in capability.provides if provided.slot.question == question)
    else:
        yield from each(getattr(capability, question))


def each(answer: Any) -> Iterator[Any]:
    """The single answers of one capability to one question."""
    if not isinstance(answer, Nothing):
        yield from answer if isinstance(answer, tuple) else (answer,)


def declared() -> list[Declared]:
    if not _house:
        raise ImproperlyConfigured("the house was asked before its declarations were collected")
    return list(_house)


def capabilities() -> list[Capability]:
    """From the ground upward."""
    return [one.capability for one in declared()]


def answers(question: str) -> Iterator[Any]:
    """Every single answer to a question that has tuples; every answer to one that has not."""
    for capability in capabilities():
        yield from each(getattr(capability, question))


def floors(stands_on: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Codes by how high they lie, from the ground upward: one floor above the highest of what each stands on."""
    heights: dict[str, int] = {}

    def height(code: str) -> int:
        if code not in heights:
            heights[code] = 1 + max((height(below) for below in stands_on[code]), default=0)
        return heights[code]

    found: dict[int, list[str]] = {}
    for code in sorted(stands_on):
        found.setdefault(height(code), []).append(code)
    return [found[level] for level in sorted(found)]


def packages() -> tuple[str, ...]:
    """The packages whose code is the project's."""
    return tuple(one.package for one in declared())
