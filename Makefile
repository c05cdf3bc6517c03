# CNN Studio. `make run` starts it, `make test` checks it; both prepare .venv by themselves.

VENV ?= .venv
ARGS ?=
# Test processes: each takes up to 2 GB; two keep two cores busy, as many tests wait for a window or an engine.
JOBS ?= 2

# The first Python on the PATH that is really there and is 3.11, 3.12 or 3.13.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	if $$name -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; \
	then command -v $$name; break; fi; done)

IN_VENV := $(VENV)/bin/python
INSTALL := $(IN_VENV) -m pip install --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run demo test quick lint format bench wheel clean

help:
	@echo "make run      open the studio; with no display: train LeNet on the sample data, headless"
	@echo "make test     style, types, floors, then every test"
	@echo "make quick    the same without slow, engine and end-to-end tests"
	@echo "make lint     style, types and floors alone"
	@echo "make format   put the code into the one style"
	@echo "make bench    every benchmark, each against its named reference"
	@echo "make wheel    build dist/cnnstudio-*.whl"
	@echo "make clean    remove $(VENV) and what tools left behind"

$(IN_VENV):
	@test -n "$(PYTHON)" || { echo "CNN Studio needs Python 3.11, 3.12 or 3.13 with the venv module. \
	Install one (Debian: python3 and python3-venv), or name it: make PYTHON=/path/to/python3.12"; exit 1; }
	"$(PYTHON)" -m venv $(VENV)

$(VENV)/.ready-to-run: pyproject.toml constraints.txt | $(IN_VENV)
	$(INSTALL) -e .
	@touch $@

$(VENV)/.ready-to-test: pyproject.toml constraints.txt | $(IN_VENV)
	$(INSTALL) -e '.[test]'
	@touch $@ $(VENV)/.ready-to-run

run: $(VENV)/.ready-to-run
	@if [ "$$(uname -s)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		echo "No display here: training LeNet on the sample data without a window instead."; \
		exec $(IN_VENV) main.py demo -o runs/demo $(ARGS); \
	else \
		exec $(IN_VENV) main.py $(ARGS); \
	fi

demo: $(VENV)/.ready-to-run
	$(IN_VENV) main.py demo -o runs/demo $(ARGS)

lint: $(VENV)/.ready-to-test
	$(IN_VENV) -m ruff check .
	$(IN_VENV) -m ruff format --check .
	$(IN_VENV) -m mypy
	$(VENV)/bin/lint-imports

format: $(VENV)/.ready-to-test
	$(IN_VENV) -m ruff check --fix .
	$(IN_VENV) -m ruff format .

test: lint
	$(IN_VENV) -m pytest -n $(JOBS) --dist loadfile $(ARGS)

quick: lint
	$(IN_VENV) -m pytest -n $(JOBS) --dist loadfile -m "not slow and not engine and not e2e" $(ARGS)

bench: $(VENV)/.ready-to-test
	@for script in $$(grep -l __main__ benchmarks/*.py); do \
		echo "== $$script"; PYTHONPATH=. $(IN_VENV) $$script || exit 1; \
	done

wheel: $(VENV)/.ready-to-test
	$(IN_VENV) -m build --wheel --no-isolation

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
