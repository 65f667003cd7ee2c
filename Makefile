# The commands of this repository; `make help` lists them. Nothing here needs root but the set-up's packages, and it says so before it asks.

.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
PATH := $(CURDIR)/.venv/bin:$(PATH)
export PATH

# Folders that have tests in them, the fast ones apart: those need no root, no network and no daemon.
having_tests = $(patsubst ./%,%,$(shell for d in $(1); do [ -z "$$(find tests/$$d -name 'test_*.py' -print -quit 2>/dev/null)" ] || echo tests/$$d; done))
fast = $(call having_tests,unit golden errors facts acts histories)

.PHONY: help setup packages containers gobgp check lint test demo bench clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*##/\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: packages .venv/.ready  ## installs what is missing: Debian packages (needs root), and .venv

packages:
	@setup/system

.venv/.ready: pyproject.toml setup/python
	@setup/python

check: .venv/.ready lint  ## format, lint, types, layers and the fast tests: under a minute, no root
	$(if $(fast),pytest -q $(fast),@echo "no fast tests yet")

lint:
	@ruff format --check
	@ruff check
	@mypy
	@lint-imports

containers:
	@setup/containers

gobgp:  ## builds GoBGP with BFD from its pinned modules, where Go is (once, about a minute): device gobgp
	@setup/gobgp/build

test: setup containers gobgp lint  ## all of check, and the live tests: real daemons, real packets; under 15 minutes
	@pytest $(fast)
	@tests/live/run

demo: setup  ## the main job, one trial a cell: how long traffic stops, by fault and routing
	@labctl run failover --demo

bench: setup  ## speed and memory against their targets; ROWS="help ring-50" for some, QUICK=1 for fewer trials
	@python -m bench.run $(if $(QUICK),--quick) $(ROWS)

clean:  ## removes .venv and caches; runs/ and .bench/ stay
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
