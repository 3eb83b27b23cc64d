# dondoc: every target a person needs. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
CLIENTS := .venv-clients
AUDIT := .venv-audit
SBOM := dist/dondoc.cdx.json
# Everything is in the lock files with its hash, so the resolver has nothing to decide.
LOCKED := --quiet --no-deps --require-hashes

.PHONY: help install install-dev clients browser run test lint format bench prove sbom audit lock clean

help: ## show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit("dondoc needs Python 3.11 to 3.13; set PYTHON=/path/to/python3" if not (3, 11) <= sys.version_info[:2] <= (3, 13) else 0)'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made requirements.txt requirements-build.txt pyproject.toml
	$(PIP) install $(LOCKED) -r requirements.txt
	$(PIP) install $(LOCKED) -r requirements-build.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(PIP) install $(LOCKED) -r requirements-dev.txt
	@touch $@

$(CLIENTS)/.installed: requirements-clients.txt
	$(PYTHON) -m venv $(CLIENTS)
	$(CLIENTS)/bin/python -m pip --disable-pip-version-check install $(LOCKED) -r requirements-clients.txt
	@touch $@

$(AUDIT)/.installed: requirements-audit.txt
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip --disable-pip-version-check install $(LOCKED) -r requirements-audit.txt
	@touch $@

install: $(VENV)/.installed ## set up .venv with the locked dependencies and the dondoc command

install-dev: $(VENV)/.installed-dev ## install, plus what tests and lint need

clients: $(CLIENTS)/.installed ## the calendar clients that tests subscribe with

browser: ## Chromium for browser tests
	@sh tests/install_browser.sh

run: install ## start the whole service on this machine (Ctrl-C stops it)
	$(BIN)/dondoc up

# What the processes of a run compile, one for the other, is kept: many of them import all of it.
test: install-dev clients browser ## set up everything and run every test
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist loadgroup

lint: install-dev ## style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install-dev ## mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install-dev ## measure, as ratios against a bare limit in the same run
	$(BIN)/python -m benchmarks

prove: install-dev ## send nonsense, kill senders, break channels, send a million, and count what broke, was lost or repeated (an hour)
	$(BIN)/python -m benchmarks.prove

sbom: install $(AUDIT)/.installed ## the bill of materials (CycloneDX), with SQLite and the other C libraries: dist/dondoc.cdx.json
	@mkdir -p dist
	$(AUDIT)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --of JSON -o $(SBOM).part $(BIN)/python
	$(BIN)/python -m deploy.sbom requirements.txt < $(SBOM).part > $(SBOM).new
	@$(AUDIT)/bin/python -c 'import sys; from cyclonedx.schema import SchemaVersion as V; from cyclonedx.validation.json import JsonStrictValidator as J; sys.exit(J(V.V1_6).validate_str(open(sys.argv[1], encoding="utf-8").read()) and "the bill is not valid CycloneDX")' $(SBOM).new
	@rm $(SBOM).part && mv $(SBOM).new $(SBOM)

audit: $(AUDIT)/.installed ## known weaknesses of the locked libraries (asks a database on the Internet; not part of CI here)
	$(AUDIT)/bin/pip-audit --strict --requirement requirements.txt --disable-pip --require-hashes

lock: ## write the lock files anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.txt
	uv pip compile requirements-build.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-build.txt
	uv pip compile pyproject.toml --group dev -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-dev.txt
	uv pip compile requirements-clients.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-clients.txt
	uv pip compile requirements-audit.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-audit.txt

clean: ## remove environments and caches, never state
	rm -rf $(VENV) $(CLIENTS) $(AUDIT) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
