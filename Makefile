# Two commands do everything: `make demo` shows Hedgerow at work, `make test` checks all of it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test lint bench soak fuzz docs clean

# What labelling needs, and nothing else.
$(VENV)/.base: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	touch $@

# Training, HTML and the tools of development.
$(VENV)/.dev: $(VENV)/.base
	$(PIP) --editable '.[train,tune,batch,cloud,ray,html,clean,browser,dev]'
	touch $@

demo: $(VENV)/.base
	$(BIN)/hedgerow label data/examples
	$(BIN)/hedgerow label data/examples --format html --out out/demo --force
	@echo "Open the pages under out/demo in a browser."

test: lint
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report --skip-covered
	$(BIN)/hedgerow gold check data
	$(BIN)/hedgerow evaluate --gold data/gold --fail-under macro_f1=0.75 --fail-under split_f1=0.9

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev
	$(PIP) --editable '.[bench]'
	$(BIN)/python benchmarks/labelling.py
	$(BIN)/python benchmarks/segmentation.py
	$(BIN)/python benchmarks/batch.py

# Two hours of batch runs on good and bad input, with faults.
soak: $(VENV)/.dev
	$(BIN)/python benchmarks/soak.py --minutes 120 --report out/soak.md

# Ten minutes for each surface that reads what others wrote (docs/fuzzing.md).
fuzz: $(VENV)/.dev
	$(PIP) --editable '.[fuzz]'
	$(BIN)/python -m tests.fuzz.run --minutes 10

# The site, into out/site. A broken link or a page that asks another host for something ends it.
docs: $(VENV)/.base
	$(PIP) --editable '.[docs]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo "To read it: $(BIN)/python -m http.server --bind 127.0.0.1 --directory out/site"

clean:
	rm -rf $(VENV) out runs
