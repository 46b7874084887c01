"""What the web role may delete: the record goes, its history stays."""

from admissions.audit.guarding import May

from .models import PostDuty, PostIncompatibility, StepDuty

DELETED = "SELECT INSERT UPDATE DELETE"
RIGHTS = {
    PostDuty: May(DELETED, "posts.remove_duty"),
    PostIncompatibility: May(DELETED, "posts.lift_incompatible"),
    StepDuty: May(DELETED, "matrix.unassign"),
}
