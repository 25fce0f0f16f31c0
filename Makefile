# Everything here needs python3 >= 3.11, git and make; the rest goes into .venv.
# PYTHON=/path/to/python3 chooses the interpreter, ARGS="..." is handed to pytest, the demo or the benchmark.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?=
ARGS ?=
# One more than there are cores: many tests wait, for servers and for processes to end.
WORKERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1 )))
TORCH ?= torch==2.13.0
CANDIDATES := python3.13 python3.12 python3.11 python3
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --quiet

.DEFAULT_GOAL := help
.PHONY: help demo dev hooks test test-st check docs bench clean

help: ## these lines
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1: \2/p' Makefile | expand -t 4

demo: $(VENV)/.installed ## see the guard at work in a scratch repository
	@$(BIN)/openclaw demo $(ARGS)

dev: $(VENV)/.installed-dev ## the environment for working on this repository

hooks: $(VENV)/.installed-dev ## guard this checkout with its own hooks, and ruff
	@$(BIN)/pre-commit install

test: $(VENV)/.installed-dev ## all tests, on all cores
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

# In an environment of its own, since it brings torch, whose version is fixed first: the newest one may not be had as a
# build for CPUs, and the other builds bring gigabytes. TORCH=... names another.
test-st: build/st/.installed ## the model beside sentence-transformers, which takes a while to install
	@OPENCLAW_TEST_MODEL=required build/st/bin/python -m pytest tests/knowledge/reference $(ARGS)

build/st/.installed: $(BIN)/python pyproject.toml
	@echo "installing sentence-transformers into build/st ..."
	@$(BIN)/python -m venv --clear build/st
	@build/st/bin/python -m pip --disable-pip-version-check install --quiet --quiet "$(TORCH)"
	@build/st/bin/python -m pip --disable-pip-version-check install --quiet --quiet --editable '.[knowledge,sentence-transformers]' pytest hypothesis
	@touch $@

check: $(VENV)/.installed-dev ## style, types, import order
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

docs: $(VENV)/.installed-dev ## the documentation site, into build/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --site-dir build/site

bench: $(VENV)/.installed-dev ## what the hooks cost, as a table
	@$(BIN)/python -m benchmarks.hooks $(ARGS)

clean: ## take away what these commands made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed: $(BIN)/python pyproject.toml
	@echo "installing openclaw-hooks into $(VENV) ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: $(BIN)/python pyproject.toml
	@echo "installing openclaw-hooks and its tools into $(VENV) ..."
	@$(PIP) --editable '.[dev]'
	@touch $(VENV)/.installed $@

# The newest Python that can make environments; one without ensurepip (Debian without python3-venv) is told apart.
$(BIN)/python:
	@for name in $(or $(PYTHON),$(CANDIDATES)); do \
	  "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  bare="$$name"; \
	  "$$name" -c 'import ensurepip, venv' 2>/dev/null || continue; \
	  echo "making $(VENV) with $$("$$name" --version)"; \
	  exec "$$name" -m venv --clear $(VENV); \
	done; \
	if [ -n "$$bare" ]; then \
	  echo "$$bare cannot make environments: its module ensurepip is missing." >&2; \
	  echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; \
	else \
	  echo "no Python >= 3.11 among: $(or $(PYTHON),$(CANDIDATES))" >&2; \
	  echo "Install one, or name it: make demo PYTHON=/path/to/python3" >&2; \
	fi; \
	exit 1
