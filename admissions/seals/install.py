"""What seals hang into the kernel: navigation, and a seal after every critical act."""

from admissions.audit import critical
from admissions.audit.access import may_read_trail
from admissions.core import navigation

from .tasks import seal_soon


def install() -> None:
    critical.listen(seal_soon)
    item = navigation.NavItem
    navigation.register(item("监督", 30, "印记", "seals:list", "rubber-stamp", may_read_trail))
    navigation.register(item("监督", 40, "核验包", "seals:exports", "package", may_read_trail))
