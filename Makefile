# Two commands on a machine with Python 3.11+ and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One process more than cores, since some tests wait; at the most four.
SPREAD := -n $(shell $(PYTHON) -c 'import os; print(min(4, 1 + (os.cpu_count() or 1)))')
SPREAD_PAGES := $(SPREAD) --dist loadfile
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help demo test test-code test-pages facts fuzz bench simulate check types lint format migrations requirements clean

help: ## Show what there is
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/base.stamp ## A sample business goes to a local QuickBooks and is compared to the cent
	$(BIN)/bluepro demo

test: check test-code test-pages ## Everything that a fresh clone can run

test-code: $(VENV)/dev.stamp
	$(BIN)/pytest $(SPREAD) --dist worksteal

test-pages: $(VENV)/dev.stamp
	$(BIN)/pytest $(SPREAD_PAGES) tests/e2e

facts: $(VENV)/dev.stamp ## Check the table of facts against SHEET=quickbooks-online.md and run the tests that it names
	$(BIN)/python tests/shared/facts_table.py "$(SHEET)"

MINUTES ?= 10
fuzz: $(VENV)/dev.stamp ## Random calls to the local QuickBooks for MINUTES=10; SEED=1 repeats a run
	PYTHONPATH=src $(BIN)/python tests/unit/emulator/emulator_fuzz.py --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

bench: $(VENV)/dev.stamp .venv-clients/stamp ## Measure all budgets, about 30 minutes; ROWS=cost,slow some of them
	PYTHONPATH=src $(BIN)/python -m bench $(if $(ROWS),--rows $(ROWS)) --json bench.json

simulate: $(VENV)/dev.stamp ## The engine against everything that can go wrong: OPERATIONS=10000 SEED=1 PROCESSES=1
	OPERATIONS="$(OPERATIONS)" SEED="$(SEED)" PROCESSES="$(PROCESSES)" REPORT="$(REPORT)" DEFECT="$(DEFECT)" \
	  STORY="$(STORY)" PYTHONHASHSEED=0 PYTHONPATH=src $(BIN)/python tests/simulation/simulate.py

check: lint types ## Style, import contracts and types

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/dev.stamp
	$(BIN)/mypy

format: $(VENV)/dev.stamp ## Bring the code into form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

migrations: $(VENV)/dev.stamp ## Write migrations for changed models
	DJANGO_SETTINGS_MODULE=bluepro.config.settings $(BIN)/python -m django makemigrations

requirements: $(VENV)/dev.stamp ## Pin the newest versions that pyproject.toml allows
	$(PIP) install uv
	set -e; compile() { $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url \
	    --universal --python-version 3.11 "$$@"; }; \
	compile pyproject.toml -o requirements/base.txt; \
	compile pyproject.toml --extra dev -o requirements/dev.txt; \
	compile requirements/build.in -o requirements/build.txt; \
	compile requirements/clients.in -o requirements/clients.txt

clean: ## Remove what was installed and cached here
	rm -rf $(VENV) .venv-clients tests/clients/node/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "BluePro needs Python 3.11 or later. Name one: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/base.stamp: requirements/base.txt requirements/build.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements/base.txt
	$(PIP) install --require-hashes -r requirements/build.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/base.stamp
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

.venv-clients/stamp: requirements/clients.txt | $(VENV)/bin/python
	$(PYTHON) -m venv .venv-clients
	.venv-clients/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/clients.txt
	@touch $@
