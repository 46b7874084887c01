"""What the database itself holds about requests, past every form: signed texts, numbers, replies and oral instructions stay."""

from admissions.audit.guarding import Checked, Frozen, Function, May, Refuse, all_but

from .models import Attachment, LedgerMark, OralInstruction, Reply, Submission, SubmissionVersion

SIGNED_KEPT = "签发后的内容不能改动；要改的，新拟一稿重新签发。"
NUMBER_KEPT = "发文字号一经编定不能改动。"
REPLY_KEPT = "批复原文只能追加，不能改动；代录的，由批复人确认或提出异议一次。"
INSTRUCTION_KEPT = "口头指示一经补录不能改动，只由指示人确认或提出异议一次。"

VERSION_HAS_OPINION = Function(
    name="request_version_has_opinion",
    tables={"submission": Submission},
    refuses={"version_has_opinion": "请示须写明本组意见和备选方案，没有签发。请先补全文稿。"},
    body="""
BEGIN
    IF EXISTS (SELECT 1 FROM {submission} WHERE id = NEW.submission_id AND kind = 'request')
       AND (btrim(NEW.opinion) = '' OR cardinality(NEW.options) = 0) THEN
        RAISE EXCEPTION 'a request without opinion' USING ERRCODE = 'check_violation', CONSTRAINT = 'version_has_opinion';
    END IF;
    RETURN NEW;
END
""",
)

# Numbers follow each other without a gap and stay with their document, whatever becomes of it.
NUMBER_GAPLESS = Function(
    name="request_number_gapless",
    tables={"submission": Submission},
    refuses={"submission_number_gapless": "发文字号须连续，请重新签发。"},
    body="""
BEGIN
    IF NEW.sequence <> 1 + (
        SELECT coalesce(max(sequence), 0) FROM {submission}
        WHERE group_id = NEW.group_id AND year = NEW.year AND id <> NEW.id
    ) THEN
        RAISE EXCEPTION 'a gap in the numbers' USING ERRCODE = 'check_violation', CONSTRAINT = 'submission_number_gapless';
    END IF;
    RETURN NEW;
END
""",
)

# A reply answers a text that was signed and sent, never by who signed it; what somebody else wrote down waits for whose
# word it is.
REPLY_ALLOWED = Function(
    name="request_reply_allowed",
    tables={"version": SubmissionVersion},
    refuses={
        "reply_not_by_signer": "请示的签发人不能批复自己签发的请示。",
        "reply_confirmed_by_its_author": "代他人录入的批复须由批复人本人确认，本人录入的当即生效。没有录入，请刷新页面后重新录入。",
    },
    body="""
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM {version} version
        WHERE version.id = NEW.version_id AND version.submission_id = NEW.submission_id AND version.sent_at IS NOT NULL
          AND version.signed_by_id <> NEW.said_by_id AND version.on_behalf_of_id IS DISTINCT FROM NEW.said_by_id
    ) THEN
        RAISE EXCEPTION 'no reply to this text by this person'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reply_not_by_signer';
    END IF;
    IF (NEW.status = 'confirmed') <> (NEW.entered_by_id = NEW.said_by_id) OR NEW.status = 'disputed' THEN
        RAISE EXCEPTION 'whose word it is has not been asked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reply_confirmed_by_its_author';
    END IF;
    RETURN NEW;
END
""",
)

# Attachments of a signed version stay; who adds or removes one waits for a signature under way.
ATTACHMENT_KEPT = Function(
    name="request_attachment_kept",
    tables={"version": SubmissionVersion},
    refuses={"attachment_signed_kept": "签发后附件不能改动；要改的，新拟一稿重新签发。"},
    body="""
DECLARE
    signed timestamptz;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        SELECT signed_at INTO signed FROM {version} WHERE id = OLD.version_id FOR SHARE;
    END IF;
    IF TG_OP <> 'DELETE' AND signed IS NULL THEN
        SELECT signed_at INTO signed FROM {version} WHERE id = NEW.version_id FOR SHARE;
    END IF;
    IF signed IS NOT NULL THEN
        RAISE EXCEPTION 'the version is signed' USING ERRCODE = 'check_violation', CONSTRAINT = 'attachment_signed_kept';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
""",
)

ATTACHMENTS_BOUND = Function(
    name="request_attachments_bound",
    tables={"attachment": Attachment},
    refuses={"version_binds_attachments": "附件在您打开页面之后有改动，没有签发，请重新阅读后再签发。"},
    body="""
BEGIN
    IF coalesce(NEW.content -> 'attachments', '[]') <> (
        SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'sha256', sha256) ORDER BY number), '[]')
        FROM {attachment} WHERE version_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'the signature binds other attachments'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'version_binds_attachments';
    END IF;
    RETURN NEW;
END
""",
)

GUARDS = (
    # A signed text is never changed; the one thing it still gets is when it was sent, once.
    Frozen(
        SubmissionVersion,
        "version_signed_kept",
        SIGNED_KEPT,
        fields=all_but(SubmissionVersion, "sent_at", "revision"),
        when="OLD.signed_at IS NOT NULL",
    ),
    Refuse(
        SubmissionVersion,
        "version_signed_kept",
        SIGNED_KEPT,
        on="UPDATE",
        when="OLD.signed_at IS NOT NULL AND OLD.sent_at IS NOT NULL AND OLD.sent_at IS DISTINCT FROM NEW.sent_at",
        name="version_sent_once",
    ),
    Checked(SubmissionVersion, VERSION_HAS_OPINION, on="UPDATE", when="NEW.signed_at IS NOT NULL"),
    Checked(
        SubmissionVersion,
        ATTACHMENTS_BOUND,
        on="UPDATE",
        when="OLD.signed_at IS NULL AND NEW.signed_at IS NOT NULL",
    ),
    Checked(Attachment, ATTACHMENT_KEPT, on="INSERT OR UPDATE OR DELETE"),
    Frozen(
        Submission,
        "submission_number_kept",
        NUMBER_KEPT,
        fields=("group", "code", "year", "sequence"),
        when="OLD.sequence IS NOT NULL",
    ),
    Checked(Submission, NUMBER_GAPLESS, on="UPDATE", when="OLD.sequence IS NULL AND NEW.sequence IS NOT NULL"),
    # The words of a reply stay; what somebody else wrote down is confirmed or disputed once by whose word it is.
    Frozen(Reply, "reply_kept", REPLY_KEPT, fields=all_but(Reply, "status", "answer", "answered_at", "revision")),
    Refuse(
        Reply,
        "reply_kept",
        REPLY_KEPT,
        on="UPDATE",
        when="OLD.status <> 'waiting' OR OLD.entered_by_id = OLD.said_by_id",
        name="reply_answered_once",
    ),
    Checked(Reply, REPLY_ALLOWED, on="INSERT"),
    # The receiver's words stay as written; the instructor answers once.
    Frozen(
        OralInstruction,
        "instruction_kept",
        INSTRUCTION_KEPT,
        fields=("group", "receiver", "instructor", "said_at", "channel", "text", "witnesses", "recorded_at"),
    ),
    Refuse(
        OralInstruction,
        "instruction_kept",
        INSTRUCTION_KEPT,
        on="UPDATE",
        when="OLD.status <> 'waiting'",
        name="instruction_answered_once",
    ),
)

RIGHTS = {
    Attachment: May("SELECT INSERT UPDATE DELETE", "taken off a draft; a signed one keeps it"),
    LedgerMark: May("SELECT INSERT UPDATE", "how far the trail has been read"),
}

WITH_THE_STATE = "the command writes it together with the state"
NEVER_MET = {
    "duty_has_one_origin": "each way of making one has its own command",
    "ledgermark_only_one": "written by the reader of the trail alone",
    "submission_stage_known": "the form offers stages for reports only; the command empties it otherwise",
    "submission_signed_has_number": WITH_THE_STATE,
    "submission_number_whole": WITH_THE_STATE,
    "submission_sent_when": WITH_THE_STATE,
    "submission_received_by_whom": WITH_THE_STATE,
    "version_signed_whole": WITH_THE_STATE,
    "attachment_numbered_from_one": "the command counts",
    "instruction_answered_when": WITH_THE_STATE,
    "reply_answered_when": WITH_THE_STATE,
}
