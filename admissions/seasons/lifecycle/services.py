"""Commands on seasons."""

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.actions import require_action
from admissions.audit.commands import command, explain_constraint
from admissions.audit.facts import No, Weight
from admissions.audit.gate import Exempt
from admissions.audit.locking import lock
from admissions.audit.quoted_grounds import quote
from admissions.core.citations import cite
from admissions.core.transitions import move
from admissions.seasons.cloning import copy_parts

from . import rules
from .differences import compare
from .enums import SEASON_TRANSITIONS, SeasonStatus
from .locking import wait_for_commands
from .models import Season

explain_constraint("season_name_once", "已有同名的录取季，请换一个名称。")
explain_constraint("season_template_never_opens", "模板不能开启，请以此模板新建录取季。")


@command("season.create", "建立录取季", clause=No("筹备中的录取季只是底稿，开启时才须有依据"))
def create_season(*, actor: User, reason: str, year: int, name: str, is_template: bool = False) -> Season:
    """Start an empty season or template.

    Refuses: actor is not the secretariat; the name is taken.
    Effects: none beyond the record.  Clause: none.
    """
    rules.can_create_season(actor).require()
    return _saved(Season(year=year, name=name, is_template=is_template))


@command(
    "season.clone",
    "以模板建立录取季",
    clause=No("筹备中的录取季只是底稿，开启时才须有依据"),
    after_season=Exempt("the earlier season is only read"),
)
def clone_season(
    *, actor: User, reason: str, source: Season, year: int, name: str, is_template: bool = False
) -> Season:
    """Make a season from a template or an earlier season with everything that is registered as structure.

    Refuses: actor is not the secretariat; the name is taken.
    Effects: groups, posts, batches … are copied as registered in `cloning`; signatures, recusals and appointments
    never travel. The event lists how many of each were copied.  Clause: none.
    """
    rules.can_clone_season(actor, source).require()
    season = _saved(Season(year=year, name=name, is_template=is_template, cloned_from=source))
    action = require_action("season.clone")
    action.target = season
    action.details["copied"] = copy_parts(source, season)
    return season


@command(
    "season.correct",
    "更正录取季",
    clause=No("筹备中的录取季只是底稿，开启时才须有依据"),
    weight=Weight.DECISIVE,
    alters="已建立的录取季",
)
def correct_season(*, actor: User, reason: str, season: Season, year: int, name: str) -> Season:
    """Correct year or name while the season is being prepared.

    Refuses: actor is not the secretariat; the season is open or closed; the name is taken.
    Effects: none beyond the record.  Clause: none.
    """
    season = lock(season)
    rules.can_correct_season(actor, season).require()
    season.year, season.name = year, name
    return _saved(season)


@command("season.open", "开启录取季", clause=cite("duty-leading"), weight=Weight.DECISIVE)
def open_season(*, actor: User, reason: str, season: Season, basis: str, seen: str) -> Season:
    """Open a prepared season on a resolution or order.

    Refuses: actor is not the secretariat; a template; not being prepared; the difference from last year was not
    looked at or has changed since (`seen` is the digest of the comparison the person saw); something a capability needs is missing.
    Effects: the season becomes the current one for everybody who has not chosen another.  Clause: `basis`.
    """
    season = lock(season)
    rules.can_open_season(actor, season).require()
    rules.difference_was_seen(season, seen, compare(season).digest).require()
    rules.has_basis(basis).require()
    season.status = move(SEASON_TRANSITIONS, season.status, SeasonStatus.OPEN)
    season.basis, season.opened_at = quote(basis), timezone.now()
    require_action("season.open").clause = season.basis
    return _saved(season)


@command(
    "season.close",
    "结束录取季",
    clause=cite("duty-leading"),
    weight=Weight.DECISIVE,
    after_season=Exempt("it ends the season; its rule asks the state"),
)
def close_season(*, actor: User, reason: str, season: Season) -> Season:
    """End an open season for good; it stays readable and is never reopened.

    Refuses: actor is not the secretariat; not open; a capability says that something is left undone (asked here, under the lock).
    Effects: batches and stages are read only.  Clause: none.
    """
    wait_for_commands(season)
    season = lock(season)
    rules.can_close_season(actor, season).require()
    season.status = move(SEASON_TRANSITIONS, season.status, SeasonStatus.CLOSED)
    season.closed_at = timezone.now()
    return _saved(season)


def _saved(season: Season) -> Season:
    season.full_clean()
    season.save()
    return season
