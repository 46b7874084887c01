"""The tree, its seals and its witnesses' signatures are only added to; a salt goes only with an entry that says so."""

from admissions.audit.guarding import Checked, Frozen, Function, May
from admissions.audit.guards import LEDGER_KEPT
from admissions.audit.models import Event

from .models import DestroyedSalt, KeyChange, LeafSalt, Seal

RIGHTS = {LeafSalt: May("SELECT INSERT UPDATE", "a command destroys salts; the commitment beside each stays")}

SALT_KEPT = "盐只能由“销毁盐值”去掉，不能改写。"
DESTRUCTION_FITS = "销毁记录与叶的承诺值不符。"
DESTRUCTION_HAS_ENTRY = "销毁盐值须有本次办理的留痕。"

SALT_GOES = Function(
    name="seals_salt_goes",
    tables={"destroyed": DestroyedSalt},
    refuses={"salt_goes_with_its_entry": SALT_KEPT},
    body=f"""
BEGIN
    IF NEW.salt IS NOT NULL OR NOT EXISTS (
        SELECT FROM {{destroyed}} d WHERE d.leaf_index = OLD.leaf_index AND d.commitment = OLD.commitment
           AND d.txid = pg_current_xact_id()::text::bigint
    ) THEN
        RAISE EXCEPTION '{SALT_KEPT}'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'salt_goes_with_its_entry', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
""",
)

DESTRUCTION = Function(
    name="seals_destruction_fits",
    tables={"salts": LeafSalt},
    refuses={"destruction_fits_the_leaf": DESTRUCTION_FITS},
    body=f"""
BEGIN
    IF NOT EXISTS (
        SELECT FROM {{salts}} s
        WHERE s.leaf_index = NEW.leaf_index AND s.commitment = NEW.commitment AND s.salt IS NOT NULL
    ) THEN
        RAISE EXCEPTION '{DESTRUCTION_FITS}'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'destruction_fits_the_leaf', TABLE = TG_TABLE_NAME;
    END IF;
    NEW.txid := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END
""",
)

DESTRUCTION_TOLD = Function(
    name="seals_destruction_told",
    tables={"event": Event},
    refuses={"destruction_has_its_entry": DESTRUCTION_HAS_ENTRY},
    body=f"""
BEGIN
    IF NOT EXISTS (
        SELECT FROM {{event}} e WHERE e.id = NEW.event_id AND e.action = 'seals.destroy_salts' AND e.outcome = 'done'
           AND e.txid = pg_current_xact_id()::text::bigint
    ) THEN
        RAISE EXCEPTION '{DESTRUCTION_HAS_ENTRY}'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'destruction_has_its_entry', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
""",
)

GUARDS = (
    Frozen(
        LeafSalt, "salt_stays_in_place", "叶号和承诺值不能改动，盐的记录不能删除。", fields=("leaf_index", "commitment")
    ),
    Checked(LeafSalt, SALT_GOES, on="UPDATE", fields=("salt", "destroyed_at")),
    Checked(LeafSalt, LEDGER_KEPT, on="TRUNCATE", name="audit_no_truncate", each="STATEMENT"),
    Checked(DestroyedSalt, DESTRUCTION, on="INSERT"),
    Checked(DestroyedSalt, DESTRUCTION_TOLD, on="INSERT", at_commit=True),
)

SEALED_ALONE = "written by the sealing job, one at a time"
DESTROYED_ONCE = "the command takes only leaves whose salt is there, and reads the commitment beside it"
NEVER_MET = {
    "leaf_form_once": SEALED_ALONE,
    "leaf_of_row_once": SEALED_ALONE,
    "leaf_index_not_negative": SEALED_ALONE,
    "tile_once": SEALED_ALONE,
    "seal_grows": SEALED_ALONE,
    (Seal, "size"): SEALED_ALONE,
    "salt_or_destroyed": "destroying a salt writes the time in the same statement",
    (DestroyedSalt, "leaf_index"): DESTROYED_ONCE,
    "key_change_after_a_seal": "a key is changed from the command line, which reads the last seal",
    "key_change_to_another": "a key is changed from the command line, which makes a new one",
    (KeyChange, "old_key"): "a key is changed from the command line, once",
    (KeyChange, "new_key"): "a key is changed from the command line, which makes a new one",
    "export_ready_with_file": "the job writes file and time together",
}
