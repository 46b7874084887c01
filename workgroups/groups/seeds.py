"""The template season: groups, posts, duties, incompatibilities and the matrix, ready to be cloned."""

import tomllib
from pathlib import Path
from typing import Any

from admissions.audit.commands import machine_action
from admissions.rulebook.models import Clause
from admissions.seasons.lifecycle.models import Season

from .models import Post, PostDuty, PostIncompatibility, Step, StepDuty, WorkGroup

FILE = Path(__file__).parent / "seed" / "template_season.toml"


def seed_template_season() -> str:
    """Make the template once; afterwards it belongs to the secretariat, which may change it through commands."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    if Season.objects.filter(name=data["name"]).exists():
        return "模板已存在，未改动"
    with machine_action("seed.template_season", "载入录取季模板", "初始化") as action:
        season = Season(year=data["year"], name=data["name"], is_template=True)
        season.save()
        action.target = season
        posts = _groups(season, data["groups"])
        _incompatible(posts, data["incompatible"])
        _steps(season, posts, data["steps"])
    return f"新建模板，{len(data['groups'])}个组、{len(posts)}个岗位"


def _groups(season: Season, rows: list[dict[str, Any]]) -> dict[str, Post]:
    clauses = {clause.code: clause for clause in Clause.objects.all()}
    groups: dict[str, WorkGroup] = {}
    posts: dict[str, Post] = {}
    for order, row in enumerate(rows, 1):
        group = WorkGroup(
            season=season,
            parent=groups.get(row.get("parent", "")),
            kind=row["kind"],
            name=row["name"],
            charter=row["charter"],
            order=order,
        )
        group.save()
        groups[row["key"]] = group
        for number, fields in enumerate(row["posts"], 1):
            posts[fields["key"]] = _post(group, number, fields, clauses.get(fields["clause"]))
    return posts


def _post(group: WorkGroup, order: int, row: dict[str, Any], clause: Clause | None) -> Post:
    post = Post(
        group=group,
        name=row["name"],
        rank=row["rank"],
        order=order,
        headcount_min=row.get("min", 1),
        headcount_max=row["max"],
        authority_limit=row.get("limit", ""),
        needs_pledge=row.get("pledge", True),
        needs_training=row.get("training", True),
        secrecy=row.get("secrecy", "internal"),
    )
    post.full_clean()
    post.save()
    for number, text in enumerate(row["duties"], 1):
        PostDuty(post=post, order=number, text=text, clause=clause).save()
    return post


def _incompatible(posts: dict[str, Post], rows: list[dict[str, Any]]) -> None:
    clause = Clause.objects.filter(code="separation-1").first()
    for row in rows:
        first, second = sorted((posts[key] for key in row["posts"]), key=lambda post: post.pk)
        PostIncompatibility(first=first, second=second, why=row["why"], clause=clause).save()


def _steps(season: Season, posts: dict[str, Post], rows: list[dict[str, Any]]) -> None:
    for order, row in enumerate(rows, 1):
        step = Step(season=season, stage=row["stage"], name=row["name"], order=order)
        step.save()
        for letter, key in row["duties"].items():
            StepDuty(step=step, post=posts[key], letter=letter).save()
