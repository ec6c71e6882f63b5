# Everything here also works without make: see README.md for Windows.
.DEFAULT_GOAL := help
.PHONY: help demo screenshots test lint requirements lock clean bench prepare-demo prepare-test

PYTHON ?= python3
VENV := .venv/bin
RESULTS := build/requirements.json
PYTEST := $(VENV)/python -m pytest -n 2 --requirements-json=$(RESULTS)
# The person in front of the machine sees the window; a server or CI gets the same journey without one.
HAS_DISPLAY := $(DISPLAY)$(WAYLAND_DISPLAY)
# Runs its argument, prints the requirements table whatever came out, and fails if either did.
and_report = status=0; $(1) || status=$$?; $(VENV)/python -m tests.support.requirements_report $(RESULTS) || status=$$?; exit $$status

help: ## List these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 18

demo: prepare-demo ## Open the demo clinic; without a display, run its journey and print the report
	@$(if $(HAS_DISPLAY),,QT_QPA_PLATFORM=offscreen) $(VENV)/python -m fake_host $(if $(HAS_DISPLAY),,--headless)

screenshots: prepare-demo ## Take a picture of every screen, light and dark, into build/screenshots
	@$(if $(HAS_DISPLAY),,QT_QPA_PLATFORM=offscreen) $(VENV)/python -m fake_host --screenshots build/screenshots

test: lint ## Run every check and every test, then print requirement, tests, result
	@$(call and_report,$(PYTEST))

lint: prepare-test ## Run ruff, mypy and the import contracts
	@$(VENV)/ruff check
	@$(VENV)/ruff format --check
	@$(VENV)/mypy
	@$(VENV)/lint-imports --no-logo

requirements: prepare-test ## Run the tests that name a requirement and print the table
	@$(call and_report,$(PYTEST) -q -m requirement)

bench: prepare-test ## Measure against limits and peers, write benchmarks/RESULTS.*; QUICK=1 takes under two minutes
	@$(VENV)/python -m benchmarks.panel $(if $(QUICK),--quick)

lock: ## Resolve the lock files anew; UPGRADE=1 takes the newest versions
	@$(PYTHON) tools/lock.py $(if $(UPGRADE),--upgrade)

clean: ## Delete everything that the set-up, the tests and the tools made
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

prepare-demo prepare-test: prepare-%:
	@$(PYTHON) tools/prepare.py $*
