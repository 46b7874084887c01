"""Constraints of training that nobody runs into."""

NEVER_MET = {"attempt_finished_has_score": "handing in writes score, time and state together"}
