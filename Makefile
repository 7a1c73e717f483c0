# `make demo` and `make test` need python3 (>= 3.11), make and, the first time, a network. Everything goes into .venv.

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest --maxprocesses 8 --dist loadscope --no-loadscope-reorder

# The first Python that is new enough, or a sentence that says what is missing.
PYTHON = $$(for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; exit 0; }; done; \
	  echo 'Dailies needs Python 3.11 or newer as `python3`; none was found here.' >&2; echo false)

.PHONY: help setup setup-dev demo assets serve test nightshift check lint bench

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1	\2/p' Makefile

setup: ## install what rendering needs into .venv (the others do it themselves)
	@$(PYTHON) .ci/setup.py

setup-dev:
	@$(PYTHON) .ci/setup.py dev local finish

demo: setup ## render storyboards/demo.yaml to renders/demo/film.mp4
	@$(BIN)/python storyboards/make_assets.py demo
	@$(BIN)/dailies render storyboards/demo.yaml

assets: setup ## make the sounds, voices, footage and pictures of the example storyboards (about a minute)
	@$(BIN)/python storyboards/make_assets.py

serve: setup ## UI, inbox, nightly queue and workers on http://127.0.0.1:4200
	@$(BIN)/dailies serve

test: setup-dev lint ## every check and every test, with coverage of pipeline/
	@$(PYTEST) -n auto -m 'not server' --cov=pipeline --cov-report=term:skip-covered --cov-fail-under=90
	@$(MAKE) nightshift

check: setup-dev lint ## format, rules, types, floors and the fast tests
	@$(PYTEST) -n auto -m 'not slow'

nightshift: setup-dev ## the tests of `dailies serve` alone: kills, retries, a browser
	@$(PYTEST) -n 2 -m server

lint:
	@$(BIN)/ruff format --check --quiet . || { echo 'cure: $(BIN)/ruff format .'; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: setup-dev ## print the tables of docs/benchmarks.md
	@for script in $$(grep -l __main__ bench/*.py); do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done
