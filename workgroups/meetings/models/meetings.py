"""会议、名单和到会情况."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from admissions.audit.models import AuditedModel
from admissions.audit.scope import TrailScope
from workgroups.appointments.models import Appointment
from workgroups.groups.models import WorkGroup

from ..enums import ATTENDING, IN_THE_ROOM, VOTING, MeetingStatus, PresenceKind, SeatKind
from .scoping import OfMeetingQuerySet


class MeetingQuerySet(OfMeetingQuerySet):
    meeting_path = ""

    def of_season(self, season: Any) -> "MeetingQuerySet":
        return self.filter(group__season=season)


class Meeting(AuditedModel):
    """会议: one sitting of a body that decides together."""

    PAGE = "meetings:one"
    RECUSAL_EXEMPT = "names the body and the hour; what is decided about whom is in its items"

    group = models.ForeignKey(WorkGroup, models.PROTECT, verbose_name="会议机构", related_name="meetings")
    title = models.CharField("会议名称", max_length=80)
    place = models.CharField("地点", max_length=80)
    starts_at = models.DateTimeField("开始时间")
    status = models.CharField("状态", max_length=10, choices=MeetingStatus.choices, default=MeetingStatus.DRAFT)
    convened_at = models.DateTimeField("通知时间", null=True, blank=True)
    opened_at = models.DateTimeField("开会时间", null=True, blank=True)
    closed_at = models.DateTimeField("闭会时间", null=True, blank=True)
    early_reason = models.CharField("提前开会的理由", max_length=200, blank=True)
    # Who leads in the place of a head who was not in the room when the meeting opened.
    led_by = models.ForeignKey(
        "meetings.Seat", models.PROTECT, verbose_name="代为主持", null=True, blank=True, related_name="+"
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "会议"
        verbose_name_plural = "会议"
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=MeetingStatus.values), name="meeting_status_known"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="meeting_closes_after_opening",
            ),
            models.UniqueConstraint(
                fields=["group", "title"],
                name="meeting_title_once",
                violation_error_message="这个机构已有同名会议，请加上次数或日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def trail_scope(self) -> TrailScope:
        return self.group.trail_scope()


class Seat(AuditedModel):
    """参会名单: who is due, in what capacity; names and posts are copied when the meeting is convened."""

    PAGE_OF = "meeting"
    RECUSAL_EXEMPT = "who sits in a body is known to the body; what is said about a person is in the items"

    meeting = models.ForeignKey(Meeting, models.PROTECT, verbose_name="会议", related_name="seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="人员", related_name="seats")
    kind = models.CharField("参会身份", max_length=10, choices=SeatKind.choices)
    order = models.PositiveSmallIntegerField("排序", default=0)
    name = models.CharField("姓名", max_length=80)
    post = models.CharField("单位岗位", max_length=200, blank=True)
    # By which appointment the person belongs to the body; when it ends, so does the right to state a position.
    appointment = models.ForeignKey(
        Appointment, models.PROTECT, verbose_name="任职", null=True, blank=True, related_name="+"
    )
    # Who decides without belonging to the body was designated by the superior: in which document.
    basis = models.CharField("指定依据", max_length=200, blank=True)
    excuse = models.CharField("请假原因", max_length=200, blank=True)

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "参会人员"
        verbose_name_plural = "参会人员"
        ordering = ["meeting", "order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SeatKind.values), name="seat_kind_known"),
            models.UniqueConstraint(
                fields=["meeting", "person"], name="seat_once", violation_error_message="此人已在参会名单中。"
            ),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(kind=SeatKind.HEAD),
                name="seat_one_head",
                violation_error_message="一次会议只有一名主要负责人。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_kind_display()}）"

    @property
    def is_voting(self) -> bool:
        return self.kind in VOTING

    def trail_scope(self) -> TrailScope:
        return self.meeting.trail_scope()


class PresenceQuerySet(OfMeetingQuerySet):
    meeting_path = "seat__meeting__"

    def attending(self, at: Any = None) -> "PresenceQuerySet":
        return self.filter(kind__in=ATTENDING, period__contains=at or timezone.now())

    def in_the_room(self, at: Any = None) -> "PresenceQuerySet":
        """Also who has no vote."""
        return self.filter(kind__in=IN_THE_ROOM, period__contains=at or timezone.now())


class Presence(AuditedModel):
    """到会情况 (#30): an interval of one person; the quorum is read from these at every decision."""

    PAGE_OF = "seat"
    RECUSAL_EXEMPT = "who was in the room; says nothing about the items"

    seat = models.ForeignKey(Seat, models.PROTECT, verbose_name="参会人员", related_name="presences")
    kind = models.CharField("情况", max_length=10, choices=PresenceKind.choices)
    period = DateTimeRangeField("起止")
    end_reason = models.CharField("结束原因", max_length=200, blank=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = "到会情况"
        verbose_name_plural = "到会情况"
        ordering = ["seat", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PresenceKind.values), name="presence_kind_known"),
            ExclusionConstraint(
                name="presence_one_at_a_time",
                expressions=[(F("seat"), RangeOperators.EQUAL), (F("period"), RangeOperators.OVERLAPS)],
                violation_error_message="此人在这段时间已有到会记录。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat.name}：{self.get_kind_display()}"

    def trail_scope(self) -> TrailScope:
        return self.seat.meeting.trail_scope()
