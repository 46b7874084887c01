"""A staff roster as a newcomer would receive it: 400 invented people and the usual mess, for practising the import.

Every name has 示 in it, every ID number an area code that no place has (99…), every phone a prefix that no carrier has
(154): the people exist nowhere. The same seed and units give the same people and the same faults.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO, StringIO
from random import Random

from openpyxl import Workbook

from .identity import check_character

TITLE = "演示省2026年普通高校招生录取工作人员花名册"
NOTES = ("填表说明", "一、请勿改动表头。", "二、身份证号、手机号请以文本填写。", "三、单位填写登记的全称。")
HEADER = ("序号", "姓　名*", "工号", "手机\n号码", "身份证号码", "工作单位", "现任职务", "人员类别", "备注")
SURNAMES = "喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮"
LAST_SIGNS = "一二三四五六七八"
RARE_NAMES = ("㛃示𬱖", "䶮示", "艾力示范江·买买提示范江·吐尔逊示范江·阿迪力示范")
TITLES = ("", "科员", "副主任科员", "主任科员", "副科长", "科长", "副处长", "讲师", "副教授", "工程师")
EMPLOYMENTS = ("专职", "在编", "借调", "借调兼职", "外聘", "外聘兼职")
UNKNOWN_UNIT = "演示省招生办公室（已撤并）"
# How many people carry each fault; those of the first group are taken as meant, those of the second are rejected.
HARMLESS = {"wide_phone": 12, "wide_id": 6, "spaced_name": 15, "spaced_unit": 6, "spaced_number": 5, "no_phone": 20}
FAULTS = {"same_phone": 2, "wrong_check": 3, "unknown_unit": 2, "old_id": 1, "unknown_employment": 1}
LEAST = 60


@dataclass
class Person:
    """The cells of one line as they will be written."""

    name: str
    staff_number: str
    phone: str
    id_number: str
    unit: str
    title: str
    employment: str

    def cells(self, ordinal: object) -> list[object]:
        names = (self.name, self.staff_number, self.phone, self.id_number, self.unit, self.title, self.employment)
        return [ordinal, *names, ""]


@dataclass
class SampleRoster:
    """The lines below the header, and what the check must say: `rejected` holds (ordinal in the list, column)."""

    lines: list[list[object]]
    rejected: list[tuple[int, str]] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return len([line for line in self.lines if any(line)]) - len(self.rejected)


def make_roster(units: Sequence[str], seed: int = 2026, people: int = 400) -> SampleRoster:
    """So many people of these units, a repeated line, empty lines and a line of totals.

    Raises ValueError: no unit; fewer than 60 people or more than the names suffice for.
    """
    most = len(SURNAMES) * len(LAST_SIGNS)
    if not units or not LEAST <= people <= most:
        raise ValueError(f"units are needed, and {LEAST} to {most} people")
    chance = Random(seed)
    staff = _people(chance, units, people)
    rejected = _spoil(chance, staff)
    lines = [person.cells(number) for number, person in enumerate(staff, 1)]
    lines.insert(people // 2, [])
    # The first line is never spoilt: what repeats it is refused for its staff number.
    lines += [staff[0].cells(people + 1), [], ["", "合计", "", f"{people}人"]]
    return SampleRoster(lines, [*rejected, (people, "工号"), (people + 1, "工号")])


def _people(chance: Random, units: Sequence[str], count: int) -> list[Person]:
    names = [f"{surname}示{sign}" for surname in SURNAMES for sign in LAST_SIGNS]
    chance.shuffle(names)
    names[1 : 1 + len(RARE_NAMES)] = RARE_NAMES
    return [_person(chance, number, name, units) for number, name in enumerate(names[:count], 1)]


def _person(chance: Random, number: int, name: str, units: Sequence[str]) -> Person:
    born = date(1966, 1, 1) + timedelta(days=chance.randrange(12_500))
    first = f"990101{born:%Y%m%d}{number % 1000:03}"
    return Person(
        name,
        f"X26{number:04}",
        f"154{number:04}{chance.randrange(10_000):04}",
        first + check_character(first),
        chance.choice(units),
        chance.choice(TITLES),
        chance.choice(EMPLOYMENTS),
    )


def _spoil(chance: Random, staff: list[Person]) -> list[tuple[int, str]]:
    """Give people their faults, each at most one; answers with those that must be rejected, by their place from 0."""
    ordinary = list(range(1 + len(RARE_NAMES), len(staff)))
    places = iter(chance.sample(ordinary, sum(HARMLESS.values()) * len(staff) // 400 + sum(FAULTS.values())))
    rejected = []
    for fault, count in FAULTS.items():
        rejected += [(place, _break(staff, place, fault)) for place, _ in zip(places, range(count), strict=False)]
    for place, mess in zip(places, _spread(chance), strict=False):
        _mess_up(staff[place], mess)
    return sorted(rejected)


def _spread(chance: Random) -> list[str]:
    kinds = [mess for mess, count in HARMLESS.items() for _ in range(count)]
    chance.shuffle(kinds)
    return kinds


def _break(staff: list[Person], place: int, fault: str) -> str:
    """Spoil one person so that the check refuses the line; gives the column it names."""
    person = staff[place]
    if fault == "same_phone":
        person.phone = staff[0].phone
        return "手机号"
    if fault == "unknown_unit":
        person.unit = UNKNOWN_UNIT
        return "单位"
    if fault == "unknown_employment":
        person.employment = "临时聘用"
        return "人员身份"
    number = person.id_number
    wrong = "0" if number[17] != "0" else "1"
    person.id_number = number[:17] + wrong if fault == "wrong_check" else number[:6] + number[8:17]
    return "身份证号"


def _mess_up(person: Person, mess: str) -> None:
    """What people type and mean no harm by."""
    if mess == "wide_phone":
        person.phone = _wide(person.phone)
    elif mess == "wide_id":
        person.id_number = _wide(person.id_number.lower())
    elif mess == "spaced_name":
        person.name = f" {'　'.join(person.name)} "
    elif mess == "spaced_unit":
        person.unit = f"{person.unit[:2]} {person.unit[2:]}"
    elif mess == "spaced_number":
        person.staff_number = f"{person.staff_number}　"
    else:
        person.phone = ""


def _wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


def as_xlsx(sample: SampleRoster) -> bytes:
    """Notes on the first sheet; on the second a merged title, a line for the date, then the table."""
    book = Workbook()
    book.active.title = NOTES[0]
    for note in NOTES:
        book.active.append([note])
    sheet = book.create_sheet("花名册")
    for line in ([TITLE], ["填报日期：2026年6月1日"], HEADER, *sample.lines):
        sheet.append(list(line))
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(HEADER))
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_csv(sample: SampleRoster) -> bytes:
    """The same people as other programs hand them over: GB18030, the title in the first line."""
    text = StringIO()
    csv.writer(text).writerows([[TITLE], HEADER, *sample.lines])
    return text.getvalue().encode("gb18030")
