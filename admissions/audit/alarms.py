"""What went past the application: alarms are ledger rows themselves, and leaves of the tree like the others."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.expressions import Func

from admissions.core.ids import uuid7

from .querying import GuardedQuerySet, TransactionId


class RawChange(models.Model):
    """库外修改告警: a row of an audited table changed without a command; written by a trigger."""

    NOT_AUDITED = "written by triggers when somebody bypasses the application"
    LEAF_OPEN = ("at", "operation", "table_name", "row_id", "database_user")
    LEAF_KEY = "leaf_key"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField("时间", db_default=Func(function="clock_timestamp", output_field=models.DateTimeField()))
    table_name = models.CharField("数据表", max_length=80)
    operation = models.CharField("操作", max_length=10)
    row_id = models.CharField("记录编号", max_length=40)
    columns = ArrayField(models.CharField(max_length=80), verbose_name="变动字段", default=list)
    database_user = models.CharField("数据库账号", max_length=80)
    client = models.CharField("来源", max_length=80, blank=True)
    txid = models.BigIntegerField("事务编号")
    leaf_key = models.UUIDField("叶的行编号", unique=True, db_default=RandomUUID(), editable=False)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        verbose_name = "库外修改告警"
        verbose_name_plural = "库外修改告警"
        indexes = [models.Index(fields=["-id"], name="rawchange_newest")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.operation} {self.row_id}"


class WrongMark(models.Model):
    """印签不符告警: an entry, or the history rows under it, not as a process of ours wrote them; noted by the sealer."""

    NOT_AUDITED = "an alarm; a ledger row itself"
    APPEND_ONLY = True
    LEAF_OPEN = ("at", "found", "table_name", "row_id")

    id = models.UUIDField("编号", primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField("时间", db_default=Func(function="clock_timestamp", output_field=models.DateTimeField()))
    found = models.CharField("情况", max_length=40)
    table_name = models.CharField("数据表", max_length=80)
    # Of the entry, whose own mark is wrong or whose history rows in this table are not what it says.
    row_id = models.CharField("事件编号", max_length=40)
    txid = models.BigIntegerField("事务编号", db_default=TransactionId(), editable=False)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        verbose_name = "印签不符告警"
        verbose_name_plural = "印签不符告警"
        indexes = [models.Index(fields=["-at"], name="wrongmark_newest")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} {self.found}"
