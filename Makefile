# Everything a person or a machine does with this repository, from a bare clone.
# Needs python3 (3.11 or newer) with pip, and make. Each target installs what it needs into $(VENV), once.

PYTHON ?= python3
VENV   ?= .venv
# Requirements that `make test` installs before everything else: make test WITH=torch==2.13.0
WITH   ?=
# Passed on: make test ARGS="-k balanced", make figures ARGS="saxe2014"
ARGS   ?=
# How long make fuzz goes on.
MINUTES ?= 30

BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -qq
REPORT := ontogeny-zoo

MADE   := $(VENV)/.made
CORE   := $(VENV)/.core
LEARN  := $(VENV)/.learn
PAGE   := $(VENV)/.page
CHECKS := $(VENV)/.checks
PAGES  := $(VENV)/.pages
# One stamp per requirement asked for; its name is a checksum because requirements hold characters that make minds.
FIRST  := $(if $(strip $(WITH)),$(VENV)/.with-$(shell printf '%s' '$(strip $(WITH))' | cksum | cut -d' ' -f1))

# An environment that was interrupted, moved, or has lost its interpreter is built anew.
USABLE := $(shell $(BIN)/python -m pip --version >/dev/null 2>&1 && echo yes)
ifneq ($(USABLE),yes)
.PHONY: $(MADE)
endif

.PHONY: help demo explore test coverage fuzz lint format figures docs benchmarks clean
.DEFAULT_GOAL := help
# One environment, so one installation at a time, also under make -j.
.NOTPARALLEL:

help:
	@echo "make demo        install the package and learn the zoo: a page to open in the browser"
	@echo "make explore     install the package and watch a network learn in the browser"
	@echo "make test        install the package with its extras and run every test"
	@echo "make coverage    the same tests, and which lines they never reach (half as slow again)"
	@echo "make fuzz        damaged files for the readers, and new examples for the tests that draw them, for MINUTES=30"
	@echo "make lint        ruff, mypy and the import contracts"
	@echo "make figures     the papers' figures, each checked against its claim"
	@echo "make docs        the documentation, as pages in docs/_build/html"
	@echo "make benchmarks  one table of what is fast and beside what, whole commands, sweeps that are killed; takes half an hour"
	@echo "make clean       remove the environment and everything that was built"

# The environment ---------------------------------------------------------------------------------------------------

$(MADE):
	@command -v "$(PYTHON)" >/dev/null || { echo "'$(PYTHON)' was not found. Install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3"; exit 1; } >&2
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "'$(PYTHON)' is $$("$(PYTHON)" --version 2>&1); ontogeny needs Python 3.11 or newer. Name a newer one: make PYTHON=python3.12"; exit 1; } >&2
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python cannot create environments with pip (Debian and Ubuntu ship that part on its own). Install it, then run make again:"; echo "    apt install python3-venv"; exit 1; } >&2
	@echo "Creating $(VENV) with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv --clear "$(VENV)"
	@touch $@

$(CORE): pyproject.toml $(MADE)
	@echo "Installing ontogeny"
	@$(PIP) install --editable .
	@touch $@

$(LEARN): pyproject.toml $(MADE)
	@echo "Installing ontogeny with what the papers' figures need"
	@$(PIP) install --editable '.[learn]'
	@touch $(CORE) $@

$(PAGE): pyproject.toml $(MADE)
	@echo "Installing ontogeny with what the explorer needs"
	@$(PIP) install --editable '.[explorer,data]'
	@touch $(CORE) $@

$(CHECKS): pyproject.toml $(MADE) $(FIRST)
	@echo "Installing ontogeny with its extras and what the checks need (a few minutes the first time)"
	@$(PIP) install --editable '.[jax,data,learn,bayes,sweeps,dask,explorer,dev]'
	@touch $(CORE) $@

$(PAGES): pyproject.toml $(MADE)
	@echo "Installing ontogeny with what its documentation needs"
	@$(PIP) install --editable '.[docs,data,learn,sweeps]'
	@touch $(CORE) $@

ifneq ($(FIRST),)
$(FIRST): $(MADE)
	@echo "Installing $(WITH)"
	@$(PIP) install $(foreach requirement,$(WITH),'$(requirement)')
	@touch $@
endif

# What one does with it ---------------------------------------------------------------------------------------------

demo: $(CORE)
	@$(BIN)/ontogeny learn zoo
	@page=$$(find "$(CURDIR)/$(REPORT)" -maxdepth 1 -name '*.html' | head -n 1); \
	test -n "$$page" || { echo "ontogeny learn zoo wrote no page into $(REPORT)" >&2; exit 1; }; \
	echo; \
	echo "Open this page:        $$page"; \
	echo "Use your own table:    $(CURDIR)/$(BIN)/ontogeny learn your-table.csv"

# Another table or port: make explore ARGS="your-table.csv --port 8765"
explore: $(PAGE)
	@$(BIN)/ontogeny explore $(ARGS)

test: $(CHECKS)
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --durations=15 $(ARGS)

coverage: $(CHECKS)
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --cov $(ARGS)

fuzz: $(CHECKS)
	@end=$$(( $$(date +%s) + 60 * $(MINUTES) )); \
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 \
	$(BIN)/python tests/tables/fuzz_readers.py --minutes $$(( ($(MINUTES) + 1) / 2 )) || exit 1; \
	while [ $$(date +%s) -lt $$end ]; do \
		OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 \
		$(BIN)/python -m pytest -q -n 2 -m hypothesis --hypothesis-profile=fuzz $(ARGS) || exit 1; \
	done

lint: $(CHECKS)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(CHECKS)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

figures: $(LEARN)
	@$(BIN)/python docs/make_figures.py $(ARGS)

docs: $(PAGES)
	@for script in docs/make_papers.py docs/make_bad_input.py; do \
		test ! -e $$script || $(BIN)/python $$script || exit 1; \
	done
	@$(BIN)/python -m sphinx -E -W --keep-going -q -j 2 -b html docs docs/_build/html
	@echo "The documentation:     $(CURDIR)/docs/_build/html/index.html"

benchmarks: $(CHECKS)
	@$(BIN)/python benchmarks/table.py $(ARGS)
	@$(BIN)/python benchmarks/whole_process.py
	@$(BIN)/python benchmarks/large_table.py
	@$(BIN)/python benchmarks/sweep_survival.py

clean:
	rm -rf "$(VENV)" $(REPORT) build dist docs/_build docs/gallery docs/learn docs/api_pages docs/papers docs/sg_execution_times.rst .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis fuzzed .coverage .coverage.*
	find src tests examples benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
