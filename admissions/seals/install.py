"""What seals hang into the kernel: navigation, and a seal after every critical act."""

from typing import Any

from django.db.models.signals import post_migrate

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.audit import critical
from admissions.audit.access import may_read_trail
from admissions.core import navigation
from admissions.upkeep.restore import AFTER_RESTORE, AfterRestore

from . import archiving  # noqa: F401  registers its job
from .checking import tree_is_sound
from .readonly import install_after_migrate
from .tasks import seal_soon


def install() -> None:
    critical.listen(seal_soon)
    AFTER_RESTORE.append(AfterRestore("印记和签名经独立核验程序核对", tree_is_sound))
    post_migrate.connect(install_after_migrate, dispatch_uid="seals.readonly")
    item = navigation.NavItem
    navigation.register(item("监督", 30, "印记", "seals:list", "rubber-stamp", may_read_trail))
    navigation.register(item("监督", 60, "归档", "seals:archives", "archive", sees_archives))
    navigation.register(item("监督", 40, "核验包", "seals:exports", "package", may_read_trail))


def sees_archives(user: Any) -> bool:
    return may_read_trail(user) or has_permission(user, Permission.MANAGE_SEASONS)
