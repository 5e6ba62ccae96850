# The ways into this project:
#   make run    prepare everything and serve with demonstration data at http://127.0.0.1:8000
#   make test   prepare everything and run the whole suite
#   make test-long  what the tests reach, races fifty times over, every rule at every width, machines with a replica, a bare system; before a release
#   make check  formatter, linter, import contracts, types, catalogues, settings
#   make reach  write the table of who reaches which address anew; review what changed in it
#   make pictures  takes the pictures of the handbook anew from the pages
#   make bench  figures of speed, one a line, also in build/bench.json

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

PYTHON ?= python3
PORT ?= 8000
PARTS ?= sqlite postgresql browser journey
BIN := .venv/bin
DONE := build/done
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHON

.PHONY: help setup setup-test run test test-long test-fast coverage check messages pictures bench reach format clean system-run system-test

help:
	@sed -n 's/^#   //p' Makefile

# --- Preparing: each step runs once, and again when what it was made from changes ---

setup: system-run $(DONE)/run $(DONE)/frontend $(CATALOGUES)

setup-test: system-test $(DONE)/run $(DONE)/test $(DONE)/frontend $(CATALOGUES)
	@$(PYTHON) scripts/commit_message.py --install

system-run:
	@scripts/system_packages.sh run

system-test: system-run
	@scripts/system_packages.sh test

$(DONE):
	@mkdir -p $@

$(BIN)/uv: scripts/requirements-bootstrap.txt | system-run
	@$(PYTHON) scripts/check_python.py
	@echo "Preparing the Python environment in .venv"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --requirement $<
	@touch $@

$(DONE)/run: uv.lock $(BIN)/uv | $(DONE)
	@$(BIN)/uv sync --frozen --inexact --quiet --no-default-groups
	@touch $@

$(DONE)/test: uv.lock $(DONE)/run | $(DONE)
	@$(BIN)/uv sync --frozen --inexact --quiet --group dev --group browser
	@touch $@

$(DONE)/frontend: package-lock.json scripts/frontend.sh $(BIN)/uv | $(DONE)
	@echo "Fetching front-end assets into node_modules"
	@scripts/frontend.sh $(BIN)
	@touch $@

%.mo: %.po
	@msgfmt --check-format --output-file=$@ $<

# --- Using ---

run: setup
	@PORT=$(PORT) $(BIN)/python scripts/serve.py

test: setup-test
	@scripts/run_tests.sh $(PARTS)

test-long: setup-test
	@RACE_ROUNDS=50 LONG_WALKS=1 scripts/run_tests.sh covered walks races-sqlite races-postgresql browser journey replica bare

test-fast: setup-test
	@scripts/run_tests.sh sqlite

coverage: setup-test
	@scripts/run_tests.sh covered

check: setup-test
	@scripts/check.sh

messages: setup-test
	@$(BIN)/python scripts/catalogues.py update $(if $(COMPENDIUM),--compendium $(COMPENDIUM))

reach:
	@WRITE_REACH=1 $(BIN)/python -m pytest -q -n 0 -p no:playwright -p no:base_url \
		tests/integration/suite/test_reach.py -k reviewed
	@git --no-pager diff --stat -- tests/integration/suite/reach.csv docs/reach.md

pictures: setup-test
	@HANDBOOK_PICTURES=1 $(BIN)/python -m pytest -q -n 0 -m e2e tests/e2e/test_handbook.py -k pictured

bench: setup-test
	@$(BIN)/python scripts/bench.py

format: setup-test
	@$(BIN)/ruff check --fix --quiet --exit-zero .
	@$(BIN)/ruff format --quiet .
	@$(BIN)/djhtml --tabwidth 2 templates tests/gallery

# Keeps the data of the demonstration (var/), so that `make clean run` loses nothing.
clean:
	@rm -rf .venv node_modules build staticfiles $(CATALOGUES)
