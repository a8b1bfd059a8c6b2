# Two commands for everybody: `make run` and `make test`. `make help` lists the rest.
# A fresh machine needs Python 3.11 or newer and make; everything else comes into .venv.

PYTHON ?= python3
BIN := .venv/bin

# The modules whose branches have to be covered to 95 %: what a call depends on, and what judges operators' files.
CORE := ivr/source/*,ivr/call.py,ivr/contacts/*,ivr/hours/*,ivr/speech/*,ivr/steps/*,ivr/definition/*,ivr/loader.py,ivr/engine.py,ivr/world.py,ivr/twiml/*,ivr/street/*

.DEFAULT_GOAL := help
.PHONY: help install run test check format bench load faults mutants made lock clean

help:           ## this list
	@sed -n 's/^\([a-z]*\): .*## /  make \1\t/p' $(MAKEFILE_LIST)

install: .venv/installed    ## the environment in .venv, with everything

# The lock names versions and hashes only, so that any index serves; the project itself is linked in. It is complete, so
# nothing is left to resolve: left to pip, a newer release of an extra's package would make the hashes fail.
.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is %d.%d" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: install    ## the service on this machine, with a token of its own (Ctrl-C ends it)
	$(BIN)/ivr serve --dev

test: check     ## every check and every test, with the coverage of the core
	$(BIN)/python -m coverage erase
	$(BIN)/python -m pytest -q -n 2 --dist worksteal --part counted --cov --cov-report=
	$(BIN)/python -m coverage report --skip-covered --show-missing --fail-under=95 --include='$(CORE)'
	$(BIN)/python -m pytest -q -n 2 --dist worksteal --part rest

check: install  ## format, lint, types, layers, and what is made from the code
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy --no-error-summary
	$(BIN)/lint-imports --no-logo 2>&1 | tail -n 3
	$(BIN)/ivr check
	$(BIN)/ivr test
	$(BIN)/ivr schema --check
	$(BIN)/python tools/manual.py --check
	$(BIN)/python tools/mistakes.py --check
	$(BIN)/python tools/privacy.py --check
	$(BIN)/python tools/editor.py --check
	$(BIN)/python tools/cldr.py --check
	$(BIN)/python tools/speech_rates.py --check

format: install ## put the code into its form
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --quiet --fix .

made: install   ## write what is made from code and data: schemas/, docs/{steps,checks,mistakes,privacy}.md, the CLDR's words, rates of speech
	$(BIN)/ivr schema
	$(BIN)/python tools/manual.py
	$(BIN)/python tools/mistakes.py
	$(BIN)/python tools/privacy.py
	$(BIN)/python tools/editor.py
	$(BIN)/python tools/cldr.py
	$(BIN)/python tools/speech_rates.py

bench: install  ## every goal of speed, measured against baselines of the same run: bench/RESULTS.md (four minutes)
	$(BIN)/python bench/results.py

load: install   ## many calls at once, beside a hand-written app under the same calls (four minutes)
	$(BIN)/python bench/load.py

faults: install ## what callers and records suffer from dead processes, full disks, databases that are away (an hour)
	$(BIN)/python bench/faults.py

mutants: install    ## 20,000 single edits of the shipped flows, each refused or proof against 1,000 callers (an hour)
	$(BIN)/python bench/mutants.py

lock: install   ## resolve requirements.lock anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --no-emit-index-url --all-extras --upgrade -o requirements.lock pyproject.toml

clean:          ## remove what was made here, except var/
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache htmlcov .coverage*
