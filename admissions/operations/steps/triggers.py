"""What the database itself holds about sheets, past every form: the passages, one part a person, signed things stay."""

# Passages as in `enums.PASSAGES`; nothing moves while supervision has stopped it; a sheet that is over stays as it is.
RUN = """
CREATE FUNCTION step_run_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.status IN ('archived', 'void') THEN
        RAISE EXCEPTION 'sheet % is over', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'run_over_kept';
    END IF;
    IF (OLD.number, OLD.step_id, OLD.group_id, OLD.title, OLD.groups_apart, OLD.opened_by_id) IS DISTINCT FROM
       (NEW.number, NEW.step_id, NEW.group_id, NEW.title, NEW.groups_apart, NEW.opened_by_id)
       OR OLD.batch_id IS DISTINCT FROM NEW.batch_id OR OLD.institution_id IS DISTINCT FROM NEW.institution_id THEN
        RAISE EXCEPTION 'sheet % was issued', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'run_order_kept';
    END IF;
    IF OLD.status = NEW.status THEN
        RETURN NEW;
    END IF;
    IF OLD.held_at IS NOT NULL THEN
        RAISE EXCEPTION 'sheet % is stopped', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'run_held';
    END IF;
    IF (OLD.status || '>' || NEW.status) NOT IN (
        'pending>executed', 'pending>void', 'executed>reviewing', 'reviewing>passed', 'reviewing>returned',
        'passed>confirmed', 'passed>returned', 'returned>executed', 'returned>void', 'confirmed>archived',
        'confirmed>returned'
    ) THEN
        RAISE EXCEPTION 'sheet %: % to %', OLD.id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'run_passage_known';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER step_run_kept BEFORE UPDATE OR DELETE ON operations_steprun
    FOR EACH ROW EXECUTE FUNCTION step_run_kept();
"""
RUN_REVERSE = """
DROP TRIGGER step_run_kept ON operations_steprun;
DROP FUNCTION step_run_kept();
"""

# The sheet's row is locked: two people who act at the same moment see each other. Adding material is a part of executing.
# Who acts for somebody counts as both. Stopping and letting go on is no part of any group.
SIGNATURE = """
CREATE FUNCTION step_parts_apart(sheet bigint, asked_part text, people bigint[], asked_group bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    apart boolean;
BEGIN
    SELECT groups_apart INTO apart FROM operations_steprun WHERE id = sheet FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM (
            SELECT part, ARRAY[person_id, on_behalf_of_id] AS hands FROM operations_stepsignature WHERE run_id = sheet
            UNION ALL
            SELECT 'A', ARRAY[added_by_id, on_behalf_of_id] FROM operations_stepmaterial WHERE run_id = sheet
        ) taken
        WHERE taken.part <> asked_part AND array_remove(taken.hands, NULL) && array_remove(people, NULL)
    ) THEN
        RAISE EXCEPTION 'one person, two parts' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_persons_apart';
    END IF;
    IF apart AND asked_part IN ('A', 'R', 'S') AND EXISTS (
        SELECT FROM (
            SELECT part, group_id FROM operations_stepsignature
            WHERE run_id = sheet AND part IN ('A', 'R', 'S') AND act NOT IN ('hold', 'lift')
            UNION ALL
            SELECT 'A', group_id FROM operations_stepmaterial WHERE run_id = sheet
        ) taken
        WHERE taken.part <> asked_part AND taken.group_id = asked_group
    ) THEN
        RAISE EXCEPTION 'one group, two parts' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_groups_apart';
    END IF;
END $$;
CREATE FUNCTION step_signature_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'signatures are kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_kept';
    END IF;
    PERFORM step_parts_apart(
        NEW.run_id, NEW.part, ARRAY[NEW.person_id, NEW.on_behalf_of_id],
        CASE WHEN NEW.act IN ('hold', 'lift') THEN NULL ELSE NEW.group_id END
    );
    RETURN NEW;
END $$;
CREATE TRIGGER step_signature_apart BEFORE INSERT OR UPDATE OR DELETE ON operations_stepsignature
    FOR EACH ROW EXECUTE FUNCTION step_signature_apart();
"""
SIGNATURE_REVERSE = """
DROP TRIGGER step_signature_apart ON operations_stepsignature;
DROP FUNCTION step_signature_apart();
DROP FUNCTION step_parts_apart(bigint, text, bigint[], bigint);
"""

# What was signed stays as it was: material is added and taken off only while the executor is at work.
MATERIAL = """
CREATE FUNCTION step_material_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stands text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'material is kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'material_kept';
    END IF;
    SELECT status INTO stands FROM operations_steprun WHERE id = NEW.run_id FOR NO KEY UPDATE;
    IF stands NOT IN ('pending', 'returned') OR TG_OP = 'UPDATE' AND (
        OLD.dropped_at IS NOT NULL OR
        (OLD.run_id, OLD.side, OLD.name, OLD.file_id, OLD.sha256, OLD.size, OLD.round, OLD.added_by_id, OLD.added_at)
        IS DISTINCT FROM
        (NEW.run_id, NEW.side, NEW.name, NEW.file_id, NEW.sha256, NEW.size, NEW.round, NEW.added_by_id, NEW.added_at)
    ) THEN
        RAISE EXCEPTION 'material of sheet % is signed', NEW.run_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'material_kept';
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM step_parts_apart(NEW.run_id, 'A', ARRAY[NEW.added_by_id, NEW.on_behalf_of_id], NEW.group_id);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER step_material_kept BEFORE INSERT OR UPDATE OR DELETE ON operations_stepmaterial
    FOR EACH ROW EXECUTE FUNCTION step_material_kept();
"""
MATERIAL_REVERSE = """
DROP TRIGGER step_material_kept ON operations_stepmaterial;
DROP FUNCTION step_material_kept();
"""
