.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
BIN := .venv/bin
# Where the shell says that nobody may keep what Python has compiled, each of the hundreds of
# processes that the tests start would compile Django and boto anew: four seconds, not one.
unexport PYTHONDONTWRITEBYTECODE

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# Set-up ---------------------------------------------------------------------

PYTHON ?= python3

venv: ## Create the virtual environment, or bring it up to date
	@sh deploy/local/venv.sh $(PYTHON)

lock: venv ## Compile pyproject.toml into the hash-pinned requirements
	$(BIN)/uv pip compile -q pyproject.toml --group dev $(PINS) -o requirements/dev.txt
	$(BIN)/uv pip compile -q pyproject.toml $(PINS) -c requirements/dev.txt -o requirements/prod.txt
	$(BIN)/uv pip compile -q requirements/checkov.in $(PINS) -o requirements/checkov.txt

PINS := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

# Checks ---------------------------------------------------------------------

check: venv ## Format, lint, types, import contracts, scripts, workflows, schema, dependencies
	@$(MAKE) --no-print-directory -j2 check-types check-all-else

check-types:
	$(BIN)/mypy .

check-all-else:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(BIN)/shellcheck -x -P SCRIPTDIR $$(find deploy -name '*.sh')
	$(BIN)/zizmor --offline --no-progress -q .github
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	LUCA_SECRET_KEY=check $(BIN)/python manage.py check
	@mkdir -p build
	LUCA_SECRET_KEY=check $(BIN)/python manage.py spectacular --validate --fail-on-warn --file build/schema.yml

audit: venv ## Look the pinned packages up among known vulnerabilities (needs the network)
	$(BIN)/pip-audit --require-hashes -r requirements/prod.txt

AT_ONCE ?= 3
SLOW_AT_ONCE ?= 3

# By whole files and in their order: what a file of tests leaves behind is the next ones' to find.
test: venv ## Run the tests that take minutes (AT_ONCE=1: in one process)
	$(BIN)/pytest -n $(AT_ONCE) --dist loadfile --no-loadscope-reorder

test-slow: venv ## Run the tests that kill processes, build the image's content and walk the admin in a browser, run the demo, run Terraform (SLOW_AT_ONCE=1: in one process)
	marked=$$(grep -rlE 'mark\.(slow|deploy)' --include='test_*.py' $(TESTS) | sort) && \
		$(BIN)/pytest -m "slow or deploy" -rs -n $(SLOW_AT_ONCE) --dist loadfile --no-loadscope-reorder \
		tests/browser/test_pages.py $$marked

# The folders that pyproject.toml names. Only files with slow tests are read; the browser's,
# which take longest, come first: at the end they would keep one process busy.
TESTS = $$(sed -n 's/^testpaths = //p' pyproject.toml | tr -d '[],"')

deploy-test: venv ## Format, validate and test the Terraform of deploy/, offline, and try its scripts
	$(BIN)/pytest -m deploy -rs -n $(DEPLOY_AT_ONCE) --dist loadfile --no-loadscope-reorder tests/deploy

DEPLOY_AT_ONCE ?= 2

isolation: venv ## Prove that no school reaches another: every request of everybody, three judges
	$(BIN)/python -m tests.isolation

permissions: venv ## Write docs/permissions.md anew, from tests/permissions/rows
	$(BIN)/python -m tests.permissions

bench: venv ## Run one of bench/ (NAME=guard)
	$(BIN)/python -m bench.$(NAME)

# The demo -------------------------------------------------------------------

demo: venv ## Play a school year in var/demo (DATA=dir: OULAD tables, EVENTS=…, KEEP=1)
	@env -u LUCA_HOME $(BIN)/python manage.py demo $(if $(DATA),--data "$(DATA)") $(if $(EVENTS),--events $(EVENTS)) $(if $(KEEP),--keep)

# The embedded stack ---------------------------------------------------------

up: venv ## Start all of Luca on this machine (data in var/local, or LUCA_HOME)
	@$(BIN)/python manage.py local up

down: venv ## Stop it; the data stays
	@$(BIN)/python manage.py local down

status: venv ## Show every process
	@$(BIN)/python manage.py local status

reset: venv ## Stop it and delete its data (YES=1 does not ask)
	@$(BIN)/python manage.py local reset $(if $(YES),--yes)

logs: venv ## Show the logs (NAME=worker for one, FOLLOW=1 to keep watching)
	@$(BIN)/python manage.py local logs $(NAME) $(if $(FOLLOW),--follow)

traces: venv ## Show where requests and tasks spent their time (ID=… SLOW=1 LAST=3 LANGUAGE=es)
	@$(BIN)/python manage.py local traces $(ID) $(if $(SLOW),--slow) $(if $(LAST),--last $(LAST)) $(if $(filter es,$(LANGUAGE)),--language es)

metrics: venv ## Show what was measured and which alarms would be raised (HOURS=1)
	@$(BIN)/python manage.py local metrics $(if $(HOURS),--hours $(HOURS))

.PHONY: audit bench check check-all-else check-types demo deploy-test down help isolation lock logs metrics permissions reset status test test-slow traces up venv
