"""What the web role may do with tables that are no records."""

from admissions.audit.guarding import May

from .models import AttemptMemory, LoginSession, PasswordRecord

RIGHTS = {
    PasswordRecord: May("SELECT INSERT", "hashes of earlier passwords are kept"),
    AttemptMemory: May("SELECT INSERT UPDATE DELETE", "entries count for minutes and go when they are over"),
    LoginSession: May("SELECT INSERT UPDATE DELETE", "begins, goes on and ends with the session"),
}

NEVER_MET = {
    "user_never_superuser": "no form and no command has the field",
    "breakglassaccess_granted_by_somebody": "approving writes who and when together with the state",
    (LoginSession, "user"): "signing in replaces the row of the person",
}
