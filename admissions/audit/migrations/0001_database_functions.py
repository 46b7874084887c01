"""The extension and the SQL function that models and constraints need before any table exists."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

from admissions.core.migrating import BatchMigration

# Pairs of neighbouring characters, by a loop: a function in plain SQL is planned anew for every entry.
BIGRAMS = """
CREATE FUNCTION audit_bigrams(actor text, person text, target text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    found text[] := '{}';
    part text;
BEGIN
    FOREACH part IN ARRAY ARRAY[actor, person, target] LOOP
        FOR position IN 1 .. greatest(length(part) - 1, 0) LOOP
            found := found || substr(part, position, 2);
        END LOOP;
    END LOOP;
    RETURN found;
END $$;
"""


class Migration(BatchMigration):
    dependencies = []
    # Everything else comes after these two.
    run_before = [("accounts", "0001_initial"), ("rulebook", "0001_initial")]
    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(BIGRAMS, "DROP FUNCTION audit_bigrams(text, text, text)"),
    ]
