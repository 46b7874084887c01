"""What the web role may delete: the record goes, its history stays."""

from admissions.audit.guarding import May

from .models import Batch, BatchStage

DELETED = "SELECT INSERT UPDATE DELETE"
RIGHTS = {
    Batch: May(DELETED, "batch.remove, while nothing hangs on it"),
    BatchStage: May(DELETED, "stage.remove, while the season goes on"),
}
