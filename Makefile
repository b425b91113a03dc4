# Crossover. `make run` opens the dashboard, `make test` checks everything.
# Needs Python 3.11 or newer, git and make; all else is installed into .venv.

# The first Python that is new enough and can make a virtual environment.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
		>/dev/null 2>&1 && { echo $$p; break; }; done)
PORT ?= 8501
# Extra words for pytest, as in: make test PYTEST_ARGS="-k tiers"
PYTEST_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.ready-run
DEV_READY := $(VENV)/.ready-dev
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --prefer-binary

# The browser tests share one server, hence one worker; it waits for pages most of its time, so there
# is one worker more than cores, up to four.
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); \
	[ $$n -gt 3 ] && echo 4 || echo $$((n + 1)))
# Each worker has a core to itself at best: threads of linear algebra would only get in the way.
PYTEST := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(PYTEST_ARGS)

.DEFAULT_GOAL := help
.PHONY: help setup run test check check-exports soak lint quick-lint format browser nginx bench refresh edition screenshots pictures clean accuracy \
	lock licences load

help:
	@echo "make run          open the dashboard on http://localhost:$(PORT) (PORT=8501)"
	@echo "make test         every check and test, headless browser included"
	@echo "make check        the same without the browser tests"
	@echo "make check-exports  every preset's workbook, recalculated in LibreOffice"
	@echo "make soak         every golden link, and other tests too long for every day"
	@echo "make bench        speed figures"
	@echo "make accuracy     errors of the estimators on measurements they have not seen"
	@echo "make format       let ruff sort imports and lay out the code"
	@echo "make refresh      propose new price rows for a human to accept"
	@echo "make edition NAME=2026-11-22   release the price tables as an edition"
	@echo "make lock         pin every package of requirements.txt by hash in requirements.lock"
	@echo "make licences     list the licence of every package that the dashboard needs"
	@echo "make load         two replicas behind nginx on port 8080, to load (benchmarks/load)"
	@echo "make screenshots  pictures of every page and of the report in build/screenshots"
	@echo "make pictures     every section of Break-even for eight scenarios in build/break-even"
	@echo "make clean        remove .venv, caches and build products"

$(BIN)/python:
	@test -n "$(PYTHON)" || { \
		echo "Crossover needs Python 3.11 or newer with its venv module."; \
		echo "Debian: apt-get install python3-venv. Elsewhere: make PYTHON=/path/to/python3.11"; \
		exit 1; }
	@echo "Making the virtual environment in $(VENV) with $(PYTHON)"
	@"$(PYTHON)" -m venv $(VENV)

# One stamp for each list of packages: the second `make` installs nothing.
$(RUN_READY): requirements.txt | $(BIN)/python
	@echo "Installing what the dashboard needs (once)"
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(DEV_READY): requirements-dev.txt requirements.txt | $(BIN)/python
	@echo "Installing what tests and checks need (once)"
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $(RUN_READY) $@

setup: $(DEV_READY)
	@:

run: $(RUN_READY)
	$(BIN)/python -m streamlit run app.py --server.port $(PORT)

browser: $(DEV_READY)
	@$(BIN)/python -m tests.browser.ensure_browser

nginx: $(DEV_READY)
	@$(BIN)/python -m tests.deploy.ensure_nginx

lint: quick-lint
	$(BIN)/python -m mypy

quick-lint: $(DEV_READY)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/lint-imports --no-logo

# mypy takes a minute of one core: it works beside the tests, and what it found is printed last.
TYPES := build/types.txt
define test_beside_types
@mkdir -p $(dir $(TYPES))
@echo "Checking types beside the tests"; \
$(BIN)/python -m mypy >$(TYPES) 2>&1 & types=$$!; \
status=0; $(1) || status=$$?; \
wait $$types || status=1; \
cat $(TYPES); exit $$status
endef

test: quick-lint browser nginx
	$(call test_beside_types,$(PYTEST))

check: quick-lint nginx
	$(call test_beside_types,$(PYTEST) -m "not browser and not soak")

check-exports: $(DEV_READY)
	@$(BIN)/python -m tests.exports.ensure_office
	$(BIN)/python -m tests.exports.check

soak: browser nginx
	$(PYTEST) -m soak

format: $(DEV_READY)
	$(BIN)/python -m ruff check --fix-only .
	$(BIN)/python -m ruff format .

bench: $(DEV_READY)
	$(BIN)/python -m benchmarks

accuracy: $(DEV_READY)
	$(BIN)/python -m benchmarks.accuracy

refresh: $(DEV_READY)
	@mkdir -p build/refresh
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps \
		--dest build/refresh litellm || echo "litellm could not be downloaded: left out"
	$(BIN)/python -m pricing.refresh

edition: $(RUN_READY)
	@test -n "$(NAME)" || { echo "Which edition? make edition NAME=2026-11-22"; exit 1; }
	$(BIN)/python -m pricing.edition $(NAME)

# What a deployment installs: the same versions, each file checked against its hash. The tool has a
# place of its own, so that it is no package of ours.
lock: $(RUN_READY)
	@test -x build/tools/bin/uv || { $(BIN)/python -m venv build/tools && \
		build/tools/bin/pip install --quiet --disable-pip-version-check uv==0.13.9; }
	build/tools/bin/uv pip compile requirements.txt --generate-hashes --universal --quiet \
		--python-version 3.11 --no-header --no-annotate --no-emit-index-url --upgrade \
		--output-file requirements.lock

licences: $(RUN_READY)
	@$(BIN)/python -m benchmarks.licences

load: $(DEV_READY)
	$(BIN)/python -m benchmarks.load.replicas --port 8080

screenshots: browser
	$(BIN)/python -m tests.browser.screenshots build/screenshots

pictures: browser
	$(BIN)/python -m tests.browser.break_even_pictures build/break-even

clean:
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
