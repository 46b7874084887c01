# Two commands matter: make run, make test. Both work from a bare Debian 12 with Python 3.11 and make.
SHELL := /bin/sh
SYSTEM_PYTHON ?= $(shell command -v python3.11 || command -v python3)
PYTHON := .venv/bin/python
export PYTHONUNBUFFERED = 1

.PHONY: run test test-all test-days attack mutants bench check lock clean clean-all prepare-run prepare-test

run: prepare-run
	@exec $(PYTHON) -m admissions.embedded.run

test: prepare-test
	@$(PYTHON) -m admissions.embedded.test -n 2 --dist worksteal -q --durations=10 $(ARGS)

# Lists of three hundred rows, sheets of two million: what the suite asks of smaller ones.
test-all: export TEST_ALL = 1
test-all: test

# Month ends, the turn of the year, 29 February, a Saturday that is worked, a year without a calendar.
test-days: prepare-test
	@$(PYTHON) -m admissions.embedded.test --module tests.days $(ARGS)

# What a thief of the web role's or the owner's password does, played: each is refused, or named by verifier or witness.
attack: prepare-test
	@ATTACK_DEMONSTRATION=yes $(PYTHON) -m admissions.embedded.test -q tests/attacks tests/seals/test_verify.py $(ARGS)

# Sixty changes of one condition each, drawn by a seed: which does no test notice? About an hour.
mutants: prepare-test
	@$(PYTHON) -m admissions.embedded.test --module tests.mutants $(ARGS)

bench: prepare-test
	@$(PYTHON) -m admissions.embedded.test --module tests.bench $(ARGS)

check: prepare-test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	@$(PYTHON) -m admissions.embedded.typed
	@$(PYTHON) -m admissions.embedded.check

# Newer versions of everything: make lock ARGS=--upgrade
lock: prepare-test
	@$(PYTHON) -m admissions.embedded.lock $(ARGS)

clean:
	rm -rf .venv staticfiles var/test var/test-worlds var/test.env var/bench var/bench.env .pytest_cache .ruff_cache .import_linter_cache
	@echo '数据和密钥仍在；连同写在本目录以外的内容一起删除：make clean-all'

# Asks first: data, secrets and what lies outside this directory.
clean-all:
	@$(SYSTEM_PYTHON) -m admissions.embedded.clean

prepare-run:
	@$(SYSTEM_PYTHON) -m admissions.embedded.prepare run

prepare-test:
	@$(SYSTEM_PYTHON) -m admissions.embedded.prepare test
