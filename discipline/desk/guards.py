"""Constraints of the supervisors' desk that nobody runs into."""

NEVER_MET = {"review_of_a_month": "the month comes from the address and begins on its first day"}
