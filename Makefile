# Everything needs only make and a bare Python 3.11 or later; `make PYTHON=python3.12 ...` picks another one.
# A target is quiet when all is well, but for the results of tests and benchmarks.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
JOBS ?= auto
IN_VENV := PATH="$(CURDIR)/$(BIN):$$PATH"
PYTEST := $(IN_VENV) python -m pytest -q -n $(JOBS)

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-full crash-test unit unit-full lint wheel-check docs bench format lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(STAMP) ## Make .venv with vbrprov (editable) and all development tools

# hatchling comes first and builds in the same environment, so that the lock file pins it too.
$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "vbrprov needs Python 3.11 or later, and '$(PYTHON)' is not: try make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "'$(PYTHON)' lacks its venv module: install it (Debian, Ubuntu: python3-venv)" >&2; exit 1; }
	@$(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing vbrprov and its tools into $(VENV); this takes a minute or two once." >&2
	@$(PIP) install -c requirements.lock hatchling editables
	@$(PIP) install -c requirements.lock --no-build-isolation -e '.[azblob,pg,sandbox,winrm,dev]'
	@touch $@

demo: $(STAMP) ## Run the quick start against the built-in sandbox
	@$(IN_VENV) bash examples/quickstart/demo.sh

test: lint unit wheel-check ## Lint, unit tests, check of the wheel

test-full: lint unit-full wheel-check ## As test, with the slow tests

crash-test: $(STAMP) ## Run the whole fault matrix and print its table (CRASH="--rows F3 --seeds 1000-1199")
	@$(IN_VENV) python tests/faults/run.py $(CRASH)

unit: $(STAMP)
	@$(PYTEST) -m 'not slow'

unit-full: $(STAMP)
	@$(PYTEST)

lint: $(STAMP) ## Ruff, mypy and the import contracts
	@$(BIN)/ruff check --quiet --output-format concise
	@$(BIN)/mypy --no-error-summary
	@mkdir -p build
	@$(BIN)/lint-imports --no-logo > build/lint-imports.txt || { cat build/lint-imports.txt; exit 1; }

wheel-check: $(STAMP) ## Build the wheel, install it away from the checkout, run it
	@$(BIN)/python tools/check_wheel.py

docs: $(STAMP) ## Write docs/reference anew
	@$(BIN)/python tools/make_reference.py

bench: $(STAMP) ## Run the benchmarks
	@$(IN_VENV) python tests/benchmarks/run.py
	@$(IN_VENV) python tests/benchmarks/buckets.py
	@$(IN_VENV) python tests/benchmarks/states.py

format: $(STAMP) ## Sort imports and apply the safe fixes (lines are laid out by hand)
	@$(BIN)/ruff check --fix-only --quiet

lock: ## Write requirements.lock anew, with the newest versions that pyproject.toml allows
	@rm -rf build/lock && $(PYTHON) -m venv build/lock
	@build/lock/bin/python -m pip --disable-pip-version-check -qq install '.[azblob,pg,sandbox,winrm,dev]'
	@{ echo '# What the project is built and tested with: CPython 3.11 on Linux. Written by `make lock`.'; \
	   build/lock/bin/python -m pip --disable-pip-version-check freeze --exclude vbrprov; } > build/requirements.lock
	@mv build/requirements.lock requirements.lock
	@rm -rf build/lock

clean: ## Remove caches and build results, but not .venv
	@rm -rf build dist .cache .coverage* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -path ./$(VENV) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
