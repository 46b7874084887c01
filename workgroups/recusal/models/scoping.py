"""Who sees recusal records, and how a row is hidden from somebody recused from what it names."""

from typing import Any

from django.db.models import Q

from admissions.accounts.permissions import ROLE_PERMISSIONS, Permission
from admissions.accounts.selectors import live_grants
from admissions.audit.access import KINDS, recused_scope
from admissions.audit.models import AuditedQuerySet
from workgroups.appointments.deputies import stood_in_for
from workgroups.appointments.enums import RightArea
from workgroups.appointments.models import Appointment
from workgroups.groups.enums import PostRank

READERS = (Permission.RULE_RECUSAL, Permission.SUPERVISE)


def seasons_readable(user: Any, path: str) -> Q:
    """Seasons of the grants of officers and supervisors; a supervisor of groups reads the people of those groups."""
    found = Q(pk__in=[])
    for grant in live_grants(user):
        if not any(permission in ROLE_PERMISSIONS[grant.role] for permission in READERS):
            continue
        if grant.group_id:
            continue
        if grant.season_id is None:
            return Q()
        found |= Q(**{path: grant.season_id})
    return found


def people_of_supervised_groups(user: Any) -> Any:
    """Appointees of the groups a supervisor's grants name."""
    groups = [grant.group_id for grant in live_grants(user) if grant.group_id and _supervises(grant)]
    return Appointment.objects.filter(post__group_id__in=groups).values("person_id") if groups else None


def leaders_one_level_below(user: Any) -> Any:
    """Leaders of the groups whose parent group this person leads, also as a deputy: their recusal is co-signed here."""
    mine = Q(person=user) | Q(pk__in=[row.pk for row in stood_in_for(user, RightArea.RECUSAL)])
    led = Appointment.objects.in_force().filter(mine, post__rank=PostRank.LEADER).values("post__group_id")
    return (
        Appointment.objects.current()
        .filter(post__rank=PostRank.LEADER, post__group__parent_id__in=led)
        .values("person_id")
    )


def _supervises(grant: Any) -> bool:
    return Permission.SUPERVISE in ROLE_PERMISSIONS[grant.role]


class PersonalQuerySet(AuditedQuerySet):
    """Rows about one person: the person, the officers, the supervisors, and the leader one level above a leader.

    `person_path`, `season_path` and `scope_prefix` say where a model keeps them.
    """

    person_path = "person"
    season_path = "season_id"
    scope_prefix: str | None = None

    def in_scope_of(self, user: Any) -> "PersonalQuerySet":
        readable = seasons_readable(user, self.season_path)
        if readable == Q():
            return self
        visible = Q(**{self.person_path: user}) | readable
        supervised = people_of_supervised_groups(user)
        if supervised is not None:
            visible |= Q(**{f"{self.person_path}__in": supervised})
        return self.filter(visible | Q(**{f"{self.person_path}__in": leaders_one_level_below(user)}))

    def without_recused(self, user: Any) -> "PersonalQuerySet":
        """Own rows stay: nobody is hidden from themselves, and everybody may read what they are recused from."""
        hidden = self._hidden_from(user)
        return self.filter(Q(**{self.person_path: user}) | ~hidden) if hidden else self

    def _hidden_from(self, user: Any) -> Q:
        """Rows that name what the user is recused from: by the model's paths, and by kind and key of a scope."""
        scope, hidden = recused_scope(user), Q()
        for kind in KINDS:
            keys = scope.keys(kind)
            if keys and kind in self.model.RECUSAL_PATHS:
                hidden |= Q(**{f"{self.model.RECUSAL_PATHS[kind]}__in": keys})
            if keys and self.scope_prefix is not None:
                texts = [str(key) for key in keys]
                hidden |= Q(**{f"{self.scope_prefix}scope_kind": kind, f"{self.scope_prefix}scope_key__in": texts})
        return hidden

    def of_season(self, season: Any) -> "PersonalQuerySet":
        return self.filter(**{self.season_path: season.pk})
