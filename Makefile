# make serve   read and edit the site at http://127.0.0.1:8000 (PORT=9000 changes it)
# make test    every check of pages and code, as in CI
# make help    the rest

PORT ?= 8000
PYTHON ?= python3
NAME ?=
PAGE ?=
BIN := .venv/bin
AUDITED := requirements.txt requirements-dev.txt requirements-node.txt requirements-workflows.txt

export NO_MKDOCS_2_WARNING := 1

.PHONY: help serve build test check bench reproduce book anki figure new pre-commit workflows audit break lock test-reference record-reference clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

serve: .venv/site node_modules ## the site at http://127.0.0.1:$PORT, rebuilt as you save
	@$(BIN)/python -c 'import socket; socket.create_server(("127.0.0.1", $(PORT)))' 2>/dev/null || { echo "Port $(PORT) is in use. Choose another: make serve PORT=8001"; exit 1; }
	$(BIN)/python -m mkdocs serve --livereload --dirty --dev-addr 127.0.0.1:$(PORT)

build: .venv/site node_modules ## the site as it is deployed, in site/
	$(BIN)/python -m mkdocs build --strict --quiet --site-dir .cache/site
	@rm -rf .cache/last && if [ -e site ]; then mv site .cache/last; fi && mv .cache/site site && rm -rf .cache/last # never half a site

test: .venv/test build ## every check of pages and code, as in CI
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

check: .venv/site ## only the mistakes in the sources, all at once, in seconds
	@$(BIN)/python -m hooks.check

bench: build .venv/test bench/node_modules ## speed, weight and search beside their goals; build time
	$(BIN)/python -m bench

book: build .venv/test ## PDF, EPUB and an offline copy of the site
	$(BIN)/python -m book

reproduce: .venv/site node_modules ## build the last commit twice, elsewhere, and compare every byte
	$(BIN)/python -m bench.reproduce

figure: .venv/site ## draw one figure: make figure NAME=rlhf/dpo
	$(BIN)/python -m figures $(NAME)

new: .venv/site ## start a page with its code, test and figure: make new PAGE=rag/foo
	@$(BIN)/python -m scripts.new_page "$(PAGE)"

pre-commit: .venv/test ## check each commit before it is made
	$(BIN)/pre-commit install

workflows: requirements-workflows.txt | .venv/bin/python ## mistakes and security holes in .github/
	@$(call install,-r requirements-workflows.txt)
	$(BIN)/zizmor --offline --quiet .github
	$(BIN)/actionlint -shellcheck $(BIN)/shellcheck
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))

break: .venv/test node_modules requirements-workflows.txt ## damage a copy of the sources in typical ways: is each caught?
	@$(call install,-r requirements-workflows.txt)
	@$(BIN)/python -m scripts.break_sources

audit: requirements-workflows.txt node_modules | .venv/bin/python ## known vulnerabilities in the pinned packages, as PyPI and npm know them today
	@$(call install,-r requirements-workflows.txt)
	$(BIN)/pip-audit --disable-pip --strict --progress-spinner off $(addprefix -r ,$(AUDITED))
	PATH="$$PATH:$(CURDIR)/$(BIN)" npm audit --package-lock-only
	PATH="$$PATH:$(CURDIR)/$(BIN)" npm --prefix bench audit --package-lock-only

anki: build ## the question bank as Anki decks, in site/downloads/
	@ls -l site/downloads/*.apkg

lock: .venv/test ## pin requirements anew, with hashes
	$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header requirements-node.in -o requirements-node.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header requirements-workflows.in -o requirements-workflows.txt

test-reference: .venv-reference/installed ## lab against torch, transformers and TRL
	.venv-reference/bin/python -m pytest -o addopts=--import-mode=importlib tests/reference

record-reference: .venv-reference/installed ## write what those libraries compute anew
	.venv-reference/bin/python -m pytest -o addopts=--import-mode=importlib tests/reference --record

clean: ## forget what was installed and built
	rm -rf .venv .venv-reference .cache node_modules bench/node_modules site

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "Python 3.10 or newer is needed. Install it, or name it: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/site: requirements.txt | .venv/bin/python
	@$(call install,-r requirements.txt)
	@touch $@

.venv/test: requirements.txt requirements-dev.txt | .venv/bin/python
	@$(call install,-r requirements.txt -r requirements-dev.txt)
	@$(BIN)/python -m tests.browser
	@touch .venv/site $@

# the machine's own npm if there is one, else one from PyPI
node_modules bench/node_modules: requirements-node.txt | .venv/bin/python
	@command -v npm >/dev/null || { $(call install,-r requirements-node.txt); }
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --prefix $(@D) --silent --ignore-scripts --no-audit --no-fund && touch $@
node_modules: package-lock.json
bench/node_modules: bench/package-lock.json # apart, as Lighthouse is large and only `make bench` needs it

.venv-reference/installed: requirements-reference.txt requirements-dev.txt
	$(PYTHON) -m venv .venv-reference
	.venv-reference/bin/pip install --quiet -r requirements-reference.txt
	@touch $@

define install
echo "Installing $(1) (a minute the first time)"; \
$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes $(1) \
|| { echo "The packages could not be installed: see above. Is the network there? In China, a mirror helps: pip config set global.index-url <mirror>"; exit 1; }
endef
