"""`make mutants`: one condition changed at a time in rules, services and selectors; does a test of the mirrored folder notice?"""
