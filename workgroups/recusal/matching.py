"""The sealed comparison: digests against digests, inside the database, never through Python objects."""

from dataclasses import dataclass

from django.db import connection
from psycopg2.extras import execute_values

from admissions.audit.access import RecusedScope

from .models import CandidateBatch, CandidateDigest, DeclaredRelation, RecusalDeclaration, Screening, ScreeningHit
from .models.candidates import sealed

# What is found is read out and written back, a row a hit: PostgreSQL joins in parallel only where it does not also write.
INSERT = """
INSERT INTO {hit} (screening_id, relation_id, person_id, scope_kind, scope_key, reference, district_code, school_code)
VALUES %s ON CONFLICT DO NOTHING
"""
# One hash join. Standing relations signed up to the run's cut-off, against the one batch the run covers.
CANDIDATES = """
SELECT %(screening)s, relation.id, declaration.person_id, 'candidate', candidate.id_digest, candidate.reference,
       candidate.district_code, candidate.school_code
FROM {relation} relation
JOIN {declaration} declaration ON declaration.id = relation.declaration_id
JOIN {candidate} candidate ON candidate.id_digest = relation.id_digest
WHERE candidate.batch_id = %(batch)s AND declaration.season_id = %(season)s
  AND declaration.signed_at <= %(until)s AND relation.withdrawn_at IS NULL
"""
# A relative who works here too: a conflict between colleagues.
COLLEAGUES = """
SELECT %(screening)s, relation.id, declaration.person_id, 'person', colleague.id::text, '', '', ''
FROM {relation} relation
JOIN {declaration} declaration ON declaration.id = relation.declaration_id
JOIN accounts_user colleague ON colleague.id_digest = relation.id_digest AND colleague.id <> declaration.person_id
WHERE declaration.season_id = %(season)s AND declaration.signed_at <= %(until)s AND relation.withdrawn_at IS NULL
"""
RELATIONS = """
SELECT count(*) FROM {relation} relation JOIN {declaration} declaration ON declaration.id = relation.declaration_id
WHERE relation.id_digest IS NOT NULL AND declaration.season_id = %(season)s
  AND declaration.signed_at <= %(until)s AND relation.withdrawn_at IS NULL
"""
# Hits that no standing fact of the same person about the same thing answers for yet: what is left to do after a crash.
UNANSWERED = """
SELECT min(hit.id) FROM {hit} hit
WHERE hit.screening_id = %(screening)s AND NOT EXISTS (
    SELECT 1 FROM recusal_factpassage passage JOIN recusal_recusalfact fact ON fact.id = passage.fact_id
    WHERE fact.season_id = %(season)s AND fact.person_id = hit.person_id AND fact.scope_kind = hit.scope_kind
      AND fact.scope_key = hit.scope_key AND passage.screening_id = %(screening)s)
GROUP BY hit.person_id, hit.scope_kind, hit.scope_key ORDER BY 1
"""

# One pass over the set: the table has no index.
KEPT_FROM = """
SELECT EXISTS (SELECT FROM {candidate} WHERE batch_id = %(batch)s AND (
    id_digest = ANY(%(candidates)s) OR district_code = ANY(%(districts)s) OR school_code = ANY(%(schools)s)))
"""


@dataclass(frozen=True)
class Comparison:
    relations: int
    hits: int


def compare(screening: Screening) -> Comparison:
    """Insert the hits of this run; running it again inserts nothing twice.

    Effects: rows of `ScreeningHit`, as many as there are hits; nothing per candidate.
    """
    with sealed(), connection.cursor() as cursor:
        for statement in (CANDIDATES, COLLEAGUES):
            cursor.execute(_named(statement), _parameters(screening))
            execute_values(cursor.cursor, _named(INSERT), cursor.fetchall())
        cursor.execute(_named(RELATIONS), _parameters(screening))
        (relations,) = cursor.fetchone()
    return Comparison(relations, ScreeningHit.objects.filter(screening=screening).count())


def keeps_from_one_of(scope: RecusedScope, batch: CandidateBatch) -> bool:
    """Whether somebody with this scope must keep away from a candidate of the set, or from a district or school in it."""
    kept = {name: sorted(getattr(scope, name)) for name in ("candidates", "districts", "schools")}
    with sealed(), connection.cursor() as cursor:
        cursor.execute(_named(KEPT_FROM), {"batch": batch.pk, **kept})
        return cursor.fetchone()[0]


def unanswered_hits(screening: Screening) -> list[int]:
    """Ids of hits still to be turned into facts, one for each person and thing."""
    with connection.cursor() as cursor:
        cursor.execute(_named(UNANSWERED), _parameters(screening))
        return [row[0] for row in cursor.fetchall()]


def _named(statement: str) -> str:
    tables = {
        "hit": ScreeningHit,
        "relation": DeclaredRelation,
        "declaration": RecusalDeclaration,
        "candidate": CandidateDigest,
    }
    return statement.format(**{name: model._meta.db_table for name, model in tables.items()})


def _parameters(screening: Screening) -> dict[str, object]:
    return {
        "screening": screening.pk,
        "batch": screening.batch_id,
        "season": screening.season_id,
        "until": screening.covers_until,
    }
