"""What is settled once sight has been given: only its end may come sooner."""

from admissions.audit.guarding import Frozen, Refuse, all_but

from .models import Sight

KEPT = "授权查阅一经给出，查阅人、记录、用途和依据不能更改；有效期只能缩短。"

GUARDS = (
    Frozen(
        Sight,
        "sight_kept",
        KEPT,
        fields=all_but(Sight, "period", "withdrawn_at", "withdrawn_by", "withdrawn_why", "revision"),
    ),
    Refuse(
        Sight,
        "sight_kept",
        KEPT,
        on="UPDATE",
        name="sight_kept_period",
        when="NOT NEW.period <@ OLD.period OR lower(NEW.period) <> lower(OLD.period)",
    ),
)
