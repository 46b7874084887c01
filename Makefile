# Two commands matter: make run, make test. Both work from a bare Debian 12 with Python 3.11 and make.
SHELL := /bin/sh
SYSTEM_PYTHON ?= $(shell command -v python3.11 || command -v python3)
PYTHON := .venv/bin/python
export PYTHONUNBUFFERED = 1

.PHONY: run test bench check clean prepare-run prepare-test

run: prepare-run
	@exec $(PYTHON) -m admissions.embedded.run

test: prepare-test
	@$(PYTHON) -m admissions.embedded.test -n 2 --dist worksteal -q $(ARGS)

bench: prepare-test
	@$(PYTHON) -m admissions.embedded.test --module tests.bench $(ARGS)

check: prepare-test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	@$(PYTHON) -m admissions.embedded.check

clean:
	rm -rf .venv staticfiles var/test var/test.env var/bench var/bench.env .pytest_cache .ruff_cache .import_linter_cache

prepare-run:
	@$(SYSTEM_PYTHON) admissions/embedded/prepare.py run

prepare-test:
	@$(SYSTEM_PYTHON) admissions/embedded/prepare.py test
