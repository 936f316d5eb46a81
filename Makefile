# Two commands do everything, set-up included: `make acceptance` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
TARGET ?= $(or $(ACCEPTANCE_TARGET),embedded)
REPORTS ?= $(or $(ACCEPTANCE_REPORTS),reports)
JOBS ?= 1
# Optional: SEED=7 repeats a run's values, TAGS=@smoke selects, COVERAGE=1 measures.
SEED ?=
TAGS ?=
COVERAGE ?=
FAST ?=

BIN := .venv/bin
RUN := $(BIN)/python $(if $(COVERAGE),-m coverage run) -m
SETTINGS := -D target=$(TARGET) -D reports=$(REPORTS) $(if $(SEED),-D seed=$(SEED)) $(if $(TAGS),--tags='$(TAGS)')

.DEFAULT_GOAL := help
.PHONY: help acceptance shuffled test defects lint report bench coverage lock clean

help:  ## Show the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 20
	@echo "  with TARGET=localstack or a URL, SEED=number, TAGS=@smoke, REPORTS=folder, JOBS=4, COVERAGE=1"

acceptance: $(if $(COVERAGE),.venv/tests,.venv/suite)  ## Run every scenario (on the embedded target) and write the reports
ifeq ($(JOBS),1)
	$(RUN) behave $(SETTINGS) -f allure -o $(REPORTS)/allure-results -f progress3 \
		--junit --junit-directory $(REPORTS)/junit
else
	$(RUN) support.side_by_side --jobs $(JOBS) $(SETTINGS)
endif

shuffled: .venv/suite  ## Run the chapters that break things first, then all others, in an order drawn from SEED
	$(BIN)/python -m behave $(SETTINGS) -f progress3 $$($(BIN)/python -m tests.shuffled $(or $(SEED),1))

test: lint  ## Lint, check types, run unit and integration tests
	$(RUN) pytest -n 4 --dist loadfile --junit-xml=$(REPORTS)/pytest.xml

defects: .venv/tests  ## Run the suite against named defects: each must be caught (FAST=1: a few)
	$(BIN)/python -m tests.defects --reports $(REPORTS) $(if $(FAST),--fast --jobs 2)
	$(if $(FAST),,PLANTED_BUGS=all $(BIN)/python -m pytest tests/integration/other_crm/test_planted_bugs.py)

lint: .venv/tests  ## Lint and check types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/cfn-lint support/reference_crm/template.yaml

report: .venv/suite  ## Write reports/report.html from the newest results (needs Node.js)
	$(BIN)/python -m support.reporting.report --results $(REPORTS)/allure-results --report $(REPORTS)/report.html

bench: .venv/suite  ## Measure waiting, proof, whole run, CRM, start and auditor; the rest by name
	$(BIN)/python -m benchmarks

coverage: .venv/tests  ## Say what runs with COVERAGE=1 have covered together
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

lock: .venv/tests  ## Pin requirements*.txt anew from requirements*.in
	for name in requirements requirements-dev; do $(BIN)/pip-compile -q --strip-extras --no-emit-index-url \
		--no-emit-find-links --no-emit-trusted-host $$name.in -o $$name.txt; done

clean:  ## Remove the environment, the reports and all caches
	rm -rf .venv node_modules reports .mypy_cache .ruff_cache .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/suite: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/tests: .venv/suite requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt -r requirements-dev.txt
	@touch $@
