"""What the database itself holds about requests, past every form: signed texts, numbers, replies and oral instructions stay."""

# A signed text is never changed; the one thing it still gets is when it was sent.
VERSION = """
CREATE FUNCTION request_version_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    what text;
BEGIN
    IF TG_OP = 'DELETE' OR OLD.signed_at IS NOT NULL AND (
        (OLD.submission_id, OLD.number, OLD.title, OLD.body, OLD.opinion, OLD.options, OLD.single_option_reason, OLD.digest,
         OLD.signed_by_id, OLD.signed_name, OLD.signed_at) IS DISTINCT FROM
        (NEW.submission_id, NEW.number, NEW.title, NEW.body, NEW.opinion, NEW.options, NEW.single_option_reason, NEW.digest,
         NEW.signed_by_id, NEW.signed_name, NEW.signed_at)
        OR OLD.content IS DISTINCT FROM NEW.content OR OLD.sent_at IS NOT NULL AND OLD.sent_at IS DISTINCT FROM NEW.sent_at
    ) THEN
        RAISE EXCEPTION 'version % is signed', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'version_signed_kept';
    END IF;
    SELECT kind INTO what FROM workgroups_submission WHERE id = NEW.submission_id;
    IF NEW.signed_at IS NOT NULL AND what = 'request' AND (btrim(NEW.opinion) = '' OR cardinality(NEW.options) = 0) THEN
        RAISE EXCEPTION 'a request without opinion' USING ERRCODE = 'check_violation', CONSTRAINT = 'version_has_opinion';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER request_version_kept BEFORE UPDATE OR DELETE ON workgroups_submissionversion
    FOR EACH ROW EXECUTE FUNCTION request_version_kept();
"""
VERSION_REVERSE = """
DROP TRIGGER request_version_kept ON workgroups_submissionversion;
DROP FUNCTION request_version_kept();
"""

# Numbers follow each other without a gap and stay with their document, whatever becomes of it.
NUMBER = """
CREATE FUNCTION request_number_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.sequence IS NOT NULL AND
       (OLD.group_id, OLD.code, OLD.year, OLD.sequence) IS DISTINCT FROM (NEW.group_id, NEW.code, NEW.year, NEW.sequence) THEN
        RAISE EXCEPTION 'the number stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'submission_number_kept';
    END IF;
    IF OLD.sequence IS NULL AND NEW.sequence IS NOT NULL AND NEW.sequence <> 1 + (
        SELECT coalesce(max(sequence), 0) FROM workgroups_submission
        WHERE group_id = NEW.group_id AND year = NEW.year AND id <> NEW.id
    ) THEN
        RAISE EXCEPTION 'a gap in the numbers' USING ERRCODE = 'check_violation', CONSTRAINT = 'submission_number_gapless';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER request_number_kept BEFORE UPDATE OR DELETE ON workgroups_submission
    FOR EACH ROW EXECUTE FUNCTION request_number_kept();
"""
NUMBER_REVERSE = """
DROP TRIGGER request_number_kept ON workgroups_submission;
DROP FUNCTION request_number_kept();
"""

# A reply answers a text that was signed and sent, never by who signed it; once written down it stays.
REPLY = """
CREATE FUNCTION request_reply_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'replies are kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'reply_kept';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM workgroups_submissionversion version
        WHERE version.id = NEW.version_id AND version.submission_id = NEW.submission_id AND version.sent_at IS NOT NULL
          AND version.signed_by_id <> NEW.said_by_id
    ) THEN
        RAISE EXCEPTION 'no reply to this text by this person'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reply_not_by_signer';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER request_reply_kept BEFORE INSERT OR UPDATE OR DELETE ON workgroups_reply
    FOR EACH ROW EXECUTE FUNCTION request_reply_kept();
"""
REPLY_REVERSE = """
DROP TRIGGER request_reply_kept ON workgroups_reply;
DROP FUNCTION request_reply_kept();
"""

# The words stay; what somebody else wrote down is confirmed or disputed once by whose word it is.
REPLY_ANSWERED = """
CREATE OR REPLACE FUNCTION request_reply_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    answer text[] := ARRAY['status', 'answer', 'answered_at', 'revision'];
BEGIN
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (
        OLD.status <> 'waiting' OR OLD.entered_by_id = OLD.said_by_id OR
        to_jsonb(OLD) - answer IS DISTINCT FROM to_jsonb(NEW) - answer
    ) THEN
        RAISE EXCEPTION 'replies are kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'reply_kept';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM workgroups_submissionversion version
        WHERE version.id = NEW.version_id AND version.submission_id = NEW.submission_id AND version.sent_at IS NOT NULL
          AND version.signed_by_id <> NEW.said_by_id
    ) THEN
        RAISE EXCEPTION 'no reply to this text by this person'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reply_not_by_signer';
    END IF;
    IF (NEW.status = 'confirmed') <> (NEW.entered_by_id = NEW.said_by_id) OR NEW.status = 'disputed' THEN
        RAISE EXCEPTION 'whose word it is has not been asked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reply_confirmed_by_its_author';
    END IF;
    RETURN NEW;
END $$;
"""
REPLY_ANSWERED_REVERSE = REPLY.partition("CREATE TRIGGER")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")

# Attachments of a signed version stay; who adds or removes one waits for a signature under way.
ATTACHMENT = """
CREATE FUNCTION request_attachment_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    signed timestamptz;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        SELECT signed_at INTO signed FROM workgroups_submissionversion WHERE id = OLD.version_id FOR SHARE;
    END IF;
    IF TG_OP <> 'DELETE' AND signed IS NULL THEN
        SELECT signed_at INTO signed FROM workgroups_submissionversion WHERE id = NEW.version_id FOR SHARE;
    END IF;
    IF signed IS NOT NULL THEN
        RAISE EXCEPTION 'the version is signed' USING ERRCODE = 'check_violation', CONSTRAINT = 'attachment_signed_kept';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER request_attachment_kept BEFORE INSERT OR UPDATE OR DELETE ON workgroups_attachment
    FOR EACH ROW EXECUTE FUNCTION request_attachment_kept();

CREATE FUNCTION request_attachments_bound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.signed_at IS NULL AND NEW.signed_at IS NOT NULL AND coalesce(NEW.content -> 'attachments', '[]') <> (
        SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'sha256', sha256) ORDER BY number), '[]')
        FROM workgroups_attachment WHERE version_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'the signature binds other attachments'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'version_binds_attachments';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER request_attachments_bound BEFORE UPDATE ON workgroups_submissionversion
    FOR EACH ROW EXECUTE FUNCTION request_attachments_bound();
"""
ATTACHMENT_REVERSE = """
DROP TRIGGER request_attachments_bound ON workgroups_submissionversion;
DROP FUNCTION request_attachments_bound();
DROP TRIGGER request_attachment_kept ON workgroups_attachment;
DROP FUNCTION request_attachment_kept();
"""

# The receiver's words stay as written; the instructor answers once.
INSTRUCTION = """
CREATE FUNCTION request_instruction_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.status <> 'waiting' OR
       (OLD.group_id, OLD.receiver_id, OLD.instructor_id, OLD.said_at, OLD.channel, OLD.text, OLD.witnesses, OLD.recorded_at)
       IS DISTINCT FROM
       (NEW.group_id, NEW.receiver_id, NEW.instructor_id, NEW.said_at, NEW.channel, NEW.text, NEW.witnesses, NEW.recorded_at)
    THEN
        RAISE EXCEPTION 'instruction % is kept', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'instruction_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER request_instruction_kept BEFORE UPDATE OR DELETE ON workgroups_oralinstruction
    FOR EACH ROW EXECUTE FUNCTION request_instruction_kept();
"""
INSTRUCTION_REVERSE = """
DROP TRIGGER request_instruction_kept ON workgroups_oralinstruction;
DROP FUNCTION request_instruction_kept();
"""
