"""Commands of meetings: matters, agenda, sitting, decision, follow-up, minutes."""
