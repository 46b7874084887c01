"""The ledgers only grow, no change is without its entry (`commit_guards`), and whoever lifts only that raises an alarm; what
the web role may do with tables of others."""

from collections.abc import Iterator

from .commit_guards import COMMIT_GUARDS
from .guarding import Checked, EachOf, Function, Guard, May, Model
from .models import RawChange, SavedFilter, UsedForm
from .protection import audited_models, ledger_models

LEDGER_KEPT = Function(
    name="audit_append_only",
    body="""
BEGIN
    RAISE EXCEPTION '留痕数据只能追加，不能修改或删除（%）', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
""",
)

# Excluded columns change with every login; they have no meaning in the trail.
RAW_CHANGE_TOLD = Function(
    name="audit_raw_change",
    tables={"alarm": RawChange},
    options="SECURITY DEFINER SET search_path = public, pg_temp",
    body="""
DECLARE
    before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{{}}' ELSE to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{{}}' ELSE to_jsonb(NEW) END;
    changed text[];
BEGIN
    SELECT array_agg(key ORDER BY key) INTO changed FROM (
        SELECT key FROM jsonb_each(before || after)
        WHERE before -> key IS DISTINCT FROM after -> key AND key <> 'last_login'
    ) AS difference;
    IF changed IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO {alarm} (table_name, operation, row_id, columns, database_user, client, txid)
    VALUES (TG_TABLE_NAME, TG_OP, coalesce(after ->> 'id', before ->> 'id', ''), changed, session_user,
            coalesce(host(inet_client_addr()), '本机套接字'), pg_current_xact_id()::text::bigint);
    RETURN NULL;
END
""",
)


def _only_grows(model: Model) -> Iterator[Guard]:
    yield Checked(model, LEDGER_KEPT, on="UPDATE OR DELETE")
    yield Checked(model, LEDGER_KEPT, on="TRUNCATE", name="audit_no_truncate", each="STATEMENT")


def _told(model: Model) -> Iterator[Guard]:
    """Within a command the function is not even called."""
    outside = "coalesce(current_setting('audit.event_id', true), '') = ''"
    yield Checked(model, RAW_CHANGE_TOLD, on="INSERT OR UPDATE OR DELETE", when=outside, after=True)


GUARDS = (EachOf(ledger_models, _only_grows), EachOf(audited_models, _told), *COMMIT_GUARDS)

EVERYTHING = "SELECT INSERT UPDATE DELETE"
RIGHTS = {
    RawChange: May("SELECT", "alarms are written by the trigger alone, with its owner's rights"),
    UsedForm: May("SELECT INSERT", "each form carried out, once"),
    SavedFilter: May("SELECT INSERT UPDATE DELETE", "a person's own bookmark, renamed and removed at will"),
    # Tables of Django and of libraries.
    "sessions.Session": May(EVERYTHING, "sign-in and sign-out; expired sessions are cleared"),
    "contenttypes.ContentType": May("SELECT", "written by migrate"),
    "auth.Permission": May("SELECT", "written by migrate; rights of people come from role grants"),
    "auth.Group": May("SELECT", "not used; Django's admin and guardian read it"),
    "auth.Group_permissions": May("SELECT", "not used; read by Django's permission backend"),
    "accounts.User_groups": May("SELECT", "not used; read by Django's permission backend"),
    "accounts.User_user_permissions": May("SELECT", "not used; read by Django's permission backend"),
    "admin.LogEntry": May("SELECT INSERT", "Django's admin notes what was changed with it; nothing takes it back"),
    "account.EmailAddress": May("SELECT", "no sign-in by e-mail; the login library asks"),
    "account.EmailConfirmation": May("SELECT", "no sign-in by e-mail; the login library asks"),
    "mfa.Authenticator": May(
        EVERYTHING, "second factors are enrolled, used and reset by commands; kept by the login library"
    ),
    "axes.AccessAttempt": May(EVERYTHING, "failed sign-ins are counted and forgotten after success"),
    "axes.AccessAttemptExpiration": May(EVERYTHING, "goes with the attempts counted"),
    "axes.AccessFailureLog": May("SELECT INSERT DELETE", "failed sign-ins; cut to a length by the library"),
    "axes.AccessLog": May(
        "SELECT INSERT UPDATE DELETE", "sign-ins; the library notes the sign-out and cuts to a length"
    ),
    "guardian.UserObjectPermission": May(
        "SELECT INSERT DELETE", "rights on single objects, given and withdrawn by commands"
    ),
    "guardian.GroupObjectPermission": May("SELECT", "groups of people hold no rights here"),
}

# Constraint → why nobody runs into it. A field that is unique by itself stands as (model, field).
NEVER_MET = {
    (RawChange, "leaf_key"): "drawn by the database for each alarm",
    "event_refusal_says_why": "a refusal is written from a Decision, which has a reason",
}
