"""The responsibility matrix (#6): what it lacks, as sentences. Pure functions over plain rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

TOO_FEW_GROUPS = "执行、复核、监督岗位不能分属三个不同的工作组。"


@dataclass(frozen=True)
class Cell:
    """One letter of one post for one step; `holders` are the ids of the people who may act on the post now."""

    step: int
    post: int
    post_name: str
    letter: str
    holders: frozenset[int] = frozenset()
    group: int = 0


@dataclass(frozen=True)
class Finding:
    """What is wrong with one step: `kind` is gap, conflict or single (only one living holder)."""

    step: int
    kind: str
    sentence: str


def findings(
    steps: Mapping[int, str], cells: Sequence[Cell], names: Mapping[int, str], apart: Collection[int] = ()
) -> list[Finding]:
    """Every gap and conflict, in the order of the steps. `names`: person id → name, of people the reader may know of.

    `apart`: the steps whose executing, reviewing and supervising must lie with different groups.
    """
    by_step: dict[int, list[Cell]] = {step: [] for step in steps}
    for cell in cells:
        by_step[cell.step].append(cell)
    found = []
    for step, rows in by_step.items():
        found += _of_step(step, rows, names)
        if step in apart and not groups_suffice(rows):
            found.append(Finding(step, "gap", TOO_FEW_GROUPS))
    return found


def groups_suffice(cells: Sequence[Cell]) -> bool:
    """Can executing, reviewing and supervising lie with three different groups? Also yes while a part has no post at all."""
    groups = [{cell.group for cell in cells if cell.letter == letter} for letter in "ARS"]
    return not all(groups) or any(len(set(chosen)) == len(groups) for chosen in product(*groups))


def _of_step(step: int, cells: Sequence[Cell], names: Mapping[int, str]) -> list[Finding]:
    by_letter: dict[str, list[Cell]] = {}
    for cell in cells:
        by_letter.setdefault(cell.letter, []).append(cell)
    found = [Finding(step, "gap", sentence) for sentence in _gaps(by_letter)]
    found += [Finding(step, "conflict", sentence) for sentence in _conflicts(by_letter, names)]
    executors = {person for cell in by_letter.get("A", []) for person in cell.holders}
    if by_letter.get("A") and len(executors) == 1:
        name = names.get(min(executors), "")
        found.append(Finding(step, "single", f"只有{name}一人能执行，缺席即中断。"))
    return found


def _gaps(by_letter: Mapping[str, Sequence[Cell]]) -> list[str]:
    accountable = len(by_letter.get("L", []))
    sentences = [] if accountable == 1 else ["没有负责岗位。" if not accountable else "有一个以上的负责岗位。"]
    for letter, word in (("A", "执行"), ("R", "复核"), ("S", "监督")):
        cells = by_letter.get(letter, [])
        if not cells:
            sentences.append(f"没有{word}岗位。")
        elif not any(cell.holders for cell in cells):
            sentences.append(f"{word}岗位无人在岗。")
    return sentences


def _conflicts(by_letter: Mapping[str, Sequence[Cell]], names: Mapping[int, str]) -> list[str]:
    words = {"A": "执行", "R": "复核", "S": "监督"}
    people = {letter: {p for cell in by_letter.get(letter, []) for p in cell.holders} for letter in words}
    pairs = (("A", "R"), ("A", "S"), ("R", "S"))
    sentences = [
        f"{names.get(person, '有人')}同时承担{words[one]}和{words[other]}。"
        for one, other in pairs
        for person in sorted(people[one] & people[other])
    ]
    return list(dict.fromkeys(sentences))  # how many unnamed people there are is not told
