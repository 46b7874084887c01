"""A preview that somebody confirms is the one the check wrote; what the web role may do with tables that are no records."""

from admissions.audit.guarding import Checked, Function, May

from .enums import ImportStatus
from .models import ImportBatch, ImportRow

SAYS = "预检结果已经交付确认，不能再增删。"
STANDS = (ImportStatus.READY, ImportStatus.APPLYING, ImportStatus.APPLIED)

PREVIEW_STANDS = Function(
    name="evidence_preview_stands",
    tables={"batch": ImportBatch},
    refuses={"import_preview_stands": SAYS},
    body=f"""
DECLARE
    its_batch bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.batch_id ELSE NEW.batch_id END;
BEGIN
    IF EXISTS (SELECT FROM {{batch}} b WHERE b.id = its_batch AND b.status IN ({", ".join(f"'{one}'" for one in STANDS)})) THEN
        RAISE EXCEPTION '{SAYS}'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'import_preview_stands', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
""",
)

GUARDS = (Checked(ImportRow, PREVIEW_STANDS, on="INSERT OR DELETE"),)

RIGHTS = {ImportRow: May("SELECT INSERT DELETE", "the preview of a batch is made anew when the check runs again")}

NEVER_MET = {"import_applied_is_confirmed": "confirming writes who and when together with the state"}
