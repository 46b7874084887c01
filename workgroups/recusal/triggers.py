"""What the migrations make by hand: the unindexed candidate table, and what the database refuses about rulings."""

RULING_TABLES = ("factruling", "withdrawalruling", "challengeruling")

CANDIDATE_TABLE = """
CREATE TABLE workgroups_candidatedigest (
    batch_id bigint NOT NULL,
    reference varchar(40) NOT NULL,
    id_digest varchar(80) NOT NULL,
    district_code varchar(12) NOT NULL,
    school_code varchar(20) NOT NULL
);
"""
CANDIDATE_TABLE_REVERSE = "DROP TABLE workgroups_candidatedigest;"

# Nobody signs a ruling about a person they are recused from.
FUNCTION = """
CREATE FUNCTION recusal_signers_not_recused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM workgroups_recusalfact fact
        WHERE fact.person_id IN (NEW.first_officer_id, NEW.second_officer_id)
          AND fact.scope_kind = 'person' AND fact.scope_key = NEW.person_id::text
          AND fact.state IN ('suspected', 'declared', 'confirmed')
    ) THEN
        RAISE EXCEPTION 'a signer is recused from the person concerned'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0];
    END IF;
    RETURN NEW;
END $$;
"""
TRIGGER = """
CREATE TRIGGER {table}_not_recused BEFORE INSERT OR UPDATE OF first_officer_id, second_officer_id, person_id
    ON workgroups_{table} FOR EACH ROW EXECUTE FUNCTION recusal_signers_not_recused('{table}_not_recused');
"""
SIGNERS_NOT_RECUSED = FUNCTION + "".join(TRIGGER.format(table=table) for table in RULING_TABLES)
SIGNERS_NOT_RECUSED_REVERSE = (
    "".join(f"DROP TRIGGER {table}_not_recused ON workgroups_{table};\n" for table in RULING_TABLES)
    + "DROP FUNCTION recusal_signers_not_recused();"
)
