"""Who looks at the pages: one person of each role, one without any, the leader and a member of a group, a stranger."""

from admissions.accounts.enums import Role

ANONYMOUS = "anonymous"
NO_ROLE = "nobody"
SYSTEM, SECURITY, AUDITOR = str(Role.SYSTEM_ADMIN), str(Role.SECURITY_ADMIN), str(Role.AUDIT_ADMIN)
SECRETARY, RULES, TRAINER = str(Role.SECRETARIAT), str(Role.RULE_EDITOR), str(Role.TRAINING_OFFICER)
RECUSALS, SUPERVISOR = str(Role.RECUSAL_OFFICER), str(Role.SUPERVISOR)
LEADER = "leader"
MEMBER = "member"

LOOKERS = (ANONYMOUS, NO_ROLE, *(str(role) for role in Role), LEADER, MEMBER)
ANYBODY = frozenset(LOOKERS)
EVERYBODY = ANYBODY - {ANONYMOUS}
NOBODY: frozenset[str] = frozenset()
# Who reads the business of the group: its leader, who keeps its papers, who looks after it.
READERS = frozenset({AUDITOR, SECRETARY, SUPERVISOR, LEADER})


def everybody_but(*lookers: str) -> frozenset[str]:
    return EVERYBODY - set(lookers)
