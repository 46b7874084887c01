from django.db.models import TextChoices

from admissions.core.status import tones


class Algorithm(TextChoices):
    """摘要算法; one for the whole tree, fixed by its first seal."""

    SHA256 = "sha256", "SHA-256"
    SM3 = "sm3", "SM3"


@tones(OWN="warning", WITNESSED="success")
class SealState(TextChoices):
    """印记状态: derived from the co-signatures, never stored."""

    OWN = "own", "自证"
    WITNESSED = "witnessed", "已见证"


@tones(OFFERED="warning", ACTIVE="success", RETIRED="muted")
class WitnessStatus(TextChoices):
    """见证人状态: a witness counts once another line has compared its key."""

    OFFERED = "offered", "待核对"
    ACTIVE = "active", "启用"
    RETIRED = "retired", "停用"


WITNESS_TRANSITIONS = {
    WitnessStatus.OFFERED: {WitnessStatus.ACTIVE, WitnessStatus.RETIRED},
    WitnessStatus.ACTIVE: {WitnessStatus.RETIRED},
    WitnessStatus.RETIRED: set(),
}


class Disclosure(TextChoices):
    """公开范围: whose rows an export shows in full; the rest stands there as commitments only."""

    NONE = "none", "只有承诺值"
    SCOPE = "scope", "本人可看的留痕"
    SEASON = "season", "本录取季的留痕"
    ALL = "all", "全部留痕"
