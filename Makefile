# On a machine with Python 3.11 or later and make: `make demo` and `make test` need nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
# one more than the cores of a small machine: much of a test is waiting
JOBS ?= 3

.PHONY: demo test test-all check bench licences refresh picture accuracy clean

# the main job on invented replies, in ./demo; nothing leaves this machine
demo: $(VENV)/.run
	rm -rf demo
	$(BIN)/foimail demo demo

# all but the slow suites, and what uses a store on PostgreSQL once more; tests on real servers skip, with the reason, where there is none
test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(JOBS)
	FOIMAIL_TEST_ENGINE=postgresql $(BIN)/python -m pytest -n $(JOBS)

# everything: long fuzzing, and every listed mutation seen red
test-all: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(JOBS) -m ""
	FOIMAIL_TEST_ENGINE=postgresql $(BIN)/python -m pytest -n $(JOBS) -m ""

# what every commit passes: style, types, layers, tests with their coverage floors, licences
check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/coverage erase
	$(BIN)/python -m pytest -n $(JOBS) --cov --cov-report= -q
	$(BIN)/coverage report --fail-under=90
	$(BIN)/coverage report --fail-under=100 --include='foimail/law/*,foimail/letters/*,foimail/replies/*,foimail/dataset/*,foimail/case.py,foimail/case_json.py,foimail/receipt.py,foimail/form.py,foimail/places.py,foimail/events.py,foimail/model.py,foimail/errors.py'
	$(MAKE) licences

# nothing GPL or AGPL in what an ordinary installation brings
licences: $(VENV)/.run
	$(BIN)/python tests/licences.py

# ratios against named yardsticks, each taken in one run; docs/performance.md is written from them (Debian: dovecot-imapd, isync)
bench: $(VENV)/.dev
	for name in due_dates matching reading second_opinion; do $(BIN)/python benchmarks/$$name.py || exit 1; done
	$(BIN)/python benchmarks/performance.py

# the generated parts of docs/
refresh: $(VENV)/.dev
	$(BIN)/python docs/refresh.py

# the pictures in the README and the guide, from the demo; those of the desk need Chromium
picture: $(VENV)/.dev
	$(BIN)/python docs/picture.py
	$(BIN)/python docs/screens.py

# how well every labelled set is understood
accuracy: $(VENV)/.dev
	$(BIN)/python docs/accuracy.py

# the program alone, as a user would have it
$(VENV)/.run: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*
