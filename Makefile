# make run | test | test-quick | lint | bench | chaos | format | constraints | replicate | stripe | doctor | clean
#
# Needs Python 3.13 or later, make and git; everything else goes into .venv. A stamp file says
# which requirements are installed, so that nothing is installed twice.

SHELL := /bin/bash
.DEFAULT_GOAL := run
.PHONY: run test test-quick lint bench chaos format constraints replicate stripe doctor clean

BIN := .venv/bin
RUNTIME := .venv/stamp-runtime
DEVELOPMENT := .venv/stamp-development

# The first of these that is a Python >= 3.13. pyenv's are listed newest first.
IS_NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 13))
CANDIDATES := $(PYTHON) python3 python3.13 python3.14 \
	$(shell ls -d $(HOME)/.pyenv/versions/3.*/bin/python 2>/dev/null | sort -rV)

run: $(RUNTIME)
	@exec $(BIN)/python manage.py serve --demo

test: $(DEVELOPMENT)
	@CHROMIUM="$$(./bin/find-chromium)" && export CHROMIUM && $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

# Without the longest ones: a third of the time.
test-quick: export CI = true
test-quick: test

lint: $(DEVELOPMENT)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	@./bin/audit-dependencies
	@echo "check --deploy on production settings"
	@env -u _SELVEDGE_EMBEDDED DATABASE_URL=postgres://nobody@localhost/nothing DEBUG=0 \
		ALLOWED_HOSTS=selvedge.example PUBLIC_URL=https://selvedge.example TRUSTED_PROXIES=1 \
		SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

bench: $(DEVELOPMENT)
	@set -e; for script in bench/*.py; do \
		[ -e "$$script" ] || { echo "There is no benchmark in bench/ yet."; break; }; \
		case "$$script" in */_*) continue;; esac; \
		echo "== $$script"; $(BIN)/python "$$script"; \
	done

# A whole site, broken on purpose and audited from outside; at most ten minutes.
chaos: $(DEVELOPMENT)
	@exec $(BIN)/python -m tests.chaos $(ARGS)

format: $(DEVELOPMENT)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# After a change of requirements.txt or requirements-dev.txt: pin what they bring, transitive ones too.
constraints: $(BIN)/python
	@./bin/pin-dependencies

# A stand-in for Replicate, for development without a key: prints what to export for `make run`.
replicate: $(RUNTIME)
	@exec $(BIN)/python -m tests.support.replicate_server --port $(or $(REPLICATE_PORT),8100) $(ARGS)

# The same for Stripe: hosted checkout, webhooks, refunds and disputes.
stripe: $(RUNTIME)
	@exec $(BIN)/python -m tests.support.stripe_server --port $(or $(STRIPE_PORT),8300) $(ARGS)

# Ten lines about this machine, for a bug report.
doctor: $(RUNTIME)
	@$(BIN)/python manage.py doctor

# Not the data: .data stays until somebody deletes it by hand.
clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(DEVELOPMENT): $(RUNTIME) requirements-dev.txt constraints.txt
	@echo "Installing the tools of development ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r requirements-dev.txt
	@touch $@

$(RUNTIME): requirements.txt constraints.txt | $(BIN)/python
	@echo "Installing what the site needs (once; a few minutes) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r requirements.txt
	@touch $@

$(BIN)/python:
	@for candidate in $(CANDIDATES); do \
		if "$$candidate" -c '$(IS_NEW_ENOUGH)' 2>/dev/null; then \
			echo "Making .venv with $$("$$candidate" --version) ..."; \
			exec "$$candidate" -m venv .venv; \
		fi; \
	done; \
	echo "Selvedge needs Python 3.13 or later, and none was found."; \
	echo "Install it (python.org, your package manager, or: pyenv install 3.13), or say where it is:"; \
	echo "    make run PYTHON=/path/to/python3.13"; \
	exit 1
