"""Drawing and marking a paper: pure functions."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

PaperRow = Mapping[str, Any]


def draw(questions: Sequence[PaperRow], count: int, rng: random.Random) -> list[PaperRow]:
    """`count` questions (or all), every clause as evenly covered as the number allows, in random order."""
    by_clause: dict[Any, list[PaperRow]] = {}
    for question in rng.sample(list(questions), len(questions)):
        by_clause.setdefault(question["clause"], []).append(question)
    drawn: list[PaperRow] = []
    while len(drawn) < min(count, len(questions)):
        for rows in list(by_clause.values()):
            if rows and len(drawn) < count:
                drawn.append(rows.pop())
    rng.shuffle(drawn)
    return drawn


def is_correct(row: PaperRow, given: Sequence[int]) -> bool:
    """A multiple choice counts only when exactly the right options are chosen."""
    return sorted(set(given)) == sorted(row["answer"])


def score(paper: Sequence[PaperRow], answers: Mapping[str, Sequence[int]]) -> int:
    """Hundred-point score, rounded down: nobody passes by rounding."""
    if not paper:
        return 0
    right = sum(is_correct(row, answers.get(str(row["question"]), [])) for row in paper)
    return 100 * right // len(paper)


def wrong_rows(paper: Sequence[PaperRow], answers: Mapping[str, Sequence[int]]) -> list[PaperRow]:
    return [row for row in paper if not is_correct(row, answers.get(str(row["question"]), []))]


def changed_clauses(stood_for: Mapping[str, int], in_force: Mapping[str, int]) -> set[str]:
    """Clauses whose version in force differs from the one the passed papers stand for."""
    return {code for code, version in in_force.items() if stood_for.get(code) != version}
