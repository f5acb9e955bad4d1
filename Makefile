# Three commands for new users: `make demo`, `make workbench` and `make test`. They set up what they need in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo workbench test lint corpus bench faults cluster-faults clean

demo: $(VENV)/.installed
	$(BIN)/specsearch index corpus --index index
	@echo; echo '$$ specsearch search "respond to residents complaints and route service requests" --kind duty -k 5 --per-city 1'
	$(BIN)/specsearch search "respond to residents complaints and route service requests" --kind duty -k 5 --per-city 1
	@echo; echo '$$ specsearch search "license to operate a water treatment plant" --kind qualification -k 3 --per-city 1'
	$(BIN)/specsearch search "license to operate a water treatment plant" --kind qualification -k 3 --per-city 1
	@echo; echo '$$ specsearch search "analyze the budget and forecast revenue" --city "port lumen" -k 3'
	$(BIN)/specsearch search "analyze the budget and forecast revenue" --city "port lumen" -k 3

# The sample corpus in the browser, until Ctrl+C.
workbench: $(VENV)/.installed
	$(BIN)/specsearch index corpus --index index
	$(BIN)/specsearch serve --index index --corpus corpus --open

# In the order that tests/conftest.py gives: the longest files come first, however few tests they have.
# One thread each: the threads of torch and others in processes beside each other wait, and use the processor for it.
test: $(VENV)/.installed-test
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder --durations=20

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/mypy

# The sample corpus from its tagged sources.
corpus: $(VENV)/.installed-test
	$(BIN)/python tests/samples/build.py

# The index under faults of the disk at every write: the full sweep, a quarter of an hour.
faults: $(VENV)/.installed-test
	$(BIN)/python benchmarks/faults.py

# An index in a database under killed writers, cut connections and servers that die: one to two hours.
cluster-faults: $(VENV)/.installed-test
	$(BIN)/python benchmarks/cluster_faults.py

bench: $(VENV)/.installed-test
	$(BIN)/python benchmarks/encode.py
	$(BIN)/python benchmarks/cold_start.py

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "specsearch needs Python 3.11 to 3.13; call: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch -e '.[web]'
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find index -mindepth 1 ! -name README.md -delete
