"""PostgreSQL and Valkey that come with the requirements, for a machine that has neither.

Standard library and the two wheels only: this package runs before Django is set up.
"""
