# SPDX-License-Identifier: Apache-2.0
# `make help` lists the targets. Each that runs something sets the checkout up first; when nothing
# has changed since, that is a comparison of two stamps (setup/bootstrap.sh).

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# --- where the tools are -----------------------------------------------------------------------
os := $(shell uname -s | tr A-Z a-z)
cpu := $(patsubst aarch64,arm64,$(patsubst x86_64,amd64,$(shell uname -m)))
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/@foundry-rs/anvil-$(os)-$(cpu)/bin:$(PATH)
export SOLCX_BINARY_PATH := $(CURDIR)/scripts/solc
export APE_DATA_FOLDER := $(CURDIR)/.ape
# The same on every machine: no local time, no local language, bytecode kept (without it web3 alone
# compiles for seconds at every start).
export TZ := UTC
export LC_ALL := C.UTF-8
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME

# --- what there is -----------------------------------------------------------------------------
packages := $(foreach folder,ledger api scripts,$(if $(wildcard $(folder)/*.py $(folder)/*/*.py),$(folder)))
# Suites whose tests may run beside each other, and suites that own a node, a port or a browser.
side_by_side := $(wildcard $(addprefix tests/,unit properties conformance api))
one_by_one := $(wildcard $(addprefix tests/,integration faults browser acceptance))

# Further words for the command that a target runs: make demo ARGS=--help, make unit ARGS="-k merkle".
ARGS ?=

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: setup
setup: ## install what the other targets need (they do it themselves)
	@setup/bootstrap.sh

# --- use it ------------------------------------------------------------------------------------
.PHONY: demo serve bench
demo: setup ## show a document's whole way on a local chain, attacks included
	@.venv/bin/corridor demo $(ARGS)

serve: setup ## run chain, worker and API on this machine, with invented parties and tokens
	@.venv/bin/corridor serve --local $(ARGS)

bench: setup ## measure what the documentation claims
	@.venv/bin/python -m scripts.bench $(ARGS)

# --- check it ----------------------------------------------------------------------------------
.PHONY: test check format lint types layers unit suites contracts
test: setup ## everything that must pass: check, every test suite, the contracts
	@$(MAKE) check
	@$(MAKE) unit
	@$(MAKE) suites
	@$(MAKE) contracts
	@$(MAKE) forge

check: setup format lint types layers solhint ## format, lint, types and layers, without running tests

format: setup ## is everything formatted?
	@ruff format --check .

lint: setup ## ruff, every rule but the ones that pyproject.toml names
	@ruff check .

types: setup ## mypy, strict
	@mypy $(packages)

layers: setup ## do imports only run downwards?
	@lint-imports --no-logo

unit: setup ## the suites that need no node: unit, properties, conformance, api
	@[[ -n "$(side_by_side)" ]] || { echo "no test suite in tests/" >&2; exit 1; }
	@python -m pytest -n 2 --dist loadgroup -m "not node" $(side_by_side) $(ARGS)

suites: setup ## the suites that start nodes, servers and browsers, one test at a time
	@python -m pytest -n 2 tests/integration/test_corpus.py $(ARGS)
	@python -m pytest --ignore tests/integration/test_corpus.py $(one_by_one) $(ARGS)
	@python -m pytest -m node tests/api $(ARGS)

# addopts of pyproject.toml keeps Ape's plugin out of the other suites; here it is the point.
contracts: setup ## compile the contracts and test them with Ape on a local chain
	@ape test tests/contracts -o addopts= --strict-markers $(ARGS)

.PHONY: coverage mutation
coverage: setup ## fail unless the Forge tests reach every line and branch of the contracts
	@python -m scripts.coverage

CONTRACT ?= MerkleLog
mutation: setup ## change a contract in every small way: CONTRACT=TitleRules; goes on where it stopped
	@python -m scripts.mutation $(CONTRACT) $(ARGS)

.PHONY: forge fuzz stateful slither solhint
forge: setup ## every test of the contracts that Forge runs, the campaigns short and with a fixed seed
	@python -m scripts.fuzz --all

RUNS ?= 10000
fuzz: setup ## campaigns of random calls over the contracts, and how often each function was called
	@python -m scripts.fuzz --runs $(RUNS) $(ARGS)

EXAMPLES ?= 200
stateful: setup ## the contracts beside their Python models at length, 20 steps an example
	@STATEFUL_EXAMPLES=$(EXAMPLES) ape test tests/contracts/test_title_stateful.py \
		tests/contracts/test_status_stateful.py tests/contracts/test_registry_stateful.py \
		-o addopts= --strict-markers $(ARGS)

slither: setup ## static analysis; docs/static-analysis.md answers what it finds
	@python -m scripts.slither

solhint: setup ## the linter of the contracts; docs/static-analysis.md says what it is told
	@node node_modules/solhint/solhint.js --disc --noPoster --max-warnings 0 \
		'contracts/*.sol' 'contracts/interfaces/*.sol' 'contracts/libraries/*.sol'

.PHONY: gas
gas: setup ## measure what the contracts cost, and write docs/gas.md
	@python -m scripts.gas

.PHONY: wheel
wheel: setup ## build the wheel into dist/
	@uv build --quiet --wheel --build-constraints setup/tools.txt -o dist .
	@ls dist/*.whl

# --- keep it -----------------------------------------------------------------------------------
.PHONY: fmt lock clean distclean
fmt: setup ## format everything, and fix what ruff can fix
	@ruff format .
	@ruff check --fix .

# A hash per file and no address: whoever installs decides where packages come from. npm resolves in
# an empty folder, for beside a node_modules it writes a lock without hashes.
resolve = uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-annotate --custom-compile-command "make lock"

lock: setup ## resolve the newest allowed versions of all packages into the lock files
	@$(resolve) setup/tools.in -o setup/tools.txt
	@$(resolve) setup/node.in -o setup/node.txt
	@$(resolve) pyproject.toml --extra service --extra ape requirements-dev.in \
		--override setup/overrides.txt -o requirements.txt
	@rm -rf .cache/npm && mkdir -p .cache/npm && cp package.json .npmrc .cache/npm/
	@cd .cache/npm && npm install --package-lock-only --no-audit --no-fund --loglevel=error
	@cp .cache/npm/package-lock.json .
	@setup/bootstrap.sh

clean: ## remove what tools and runs left behind; keep what was installed
	@rm -rf .ape .build .forge build dist .cache .coverage* .hypothesis .import_linter_cache .mypy_cache \
		.pytest_cache .ruff_cache contracts/.cache
	@find . -name __pycache__ -not -path './.venv/*' -not -path './node_modules/*' \
		-prune -exec rm -rf {} +

distclean: clean ## remove everything that git does not know of by design: installed packages too
	@rm -rf .venv node_modules *.egg-info
