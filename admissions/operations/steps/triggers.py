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
        'passed>confirmed', 'passed>returned', 'returned>executed', 'returned>void', 'confirmed>archived'
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

# The sheet's row is locked: two people who sign at the same moment see each other.
SIGNATURE = """
CREATE FUNCTION step_signature_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    apart boolean;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'signatures are kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_kept';
    END IF;
    SELECT groups_apart INTO apart FROM operations_steprun WHERE id = NEW.run_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM operations_stepsignature other
        WHERE other.run_id = NEW.run_id AND other.part <> NEW.part
          AND array_remove(ARRAY[other.person_id, other.on_behalf_of_id], NULL)
              && array_remove(ARRAY[NEW.person_id, NEW.on_behalf_of_id], NULL)
    ) THEN
        RAISE EXCEPTION 'one person, two parts' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_persons_apart';
    END IF;
    IF apart AND NEW.part IN ('A', 'R', 'S') AND EXISTS (
        SELECT FROM operations_stepsignature other
        WHERE other.run_id = NEW.run_id AND other.part IN ('A', 'R', 'S') AND other.part <> NEW.part
          AND other.group_id = NEW.group_id
    ) THEN
        RAISE EXCEPTION 'one group, two parts' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_groups_apart';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER step_signature_apart BEFORE INSERT OR UPDATE OR DELETE ON operations_stepsignature
    FOR EACH ROW EXECUTE FUNCTION step_signature_apart();
"""
SIGNATURE_REVERSE = """
DROP TRIGGER step_signature_apart ON operations_stepsignature;
DROP FUNCTION step_signature_apart();
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
    RETURN NEW;
END $$;
CREATE TRIGGER step_material_kept BEFORE INSERT OR UPDATE OR DELETE ON operations_stepmaterial
    FOR EACH ROW EXECUTE FUNCTION step_material_kept();
"""
MATERIAL_REVERSE = """
DROP TRIGGER step_material_kept ON operations_stepmaterial;
DROP FUNCTION step_material_kept();
"""
