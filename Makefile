# Everything a person or CI does with this repository. Needs make and Python 3.11 or newer, and sets up the rest in .venv.

VENV := .venv
PYTHON := $(VENV)/bin/python

# A venv that was left half made, or whose Python has been moved away, is made anew.
VENV_IS_BROKEN := $(shell $(PYTHON) -c 'import pip' 2>/dev/null || echo FORCE)

help:
	@echo 'make run     set up on first use, then serve on http://127.0.0.1:8000 (PORT, HOST and DATA_DIR change that)'
	@echo 'make test    set up and run every test, in three processes; ARGS=... is passed to pytest'
	@echo 'make check   format, lint, types, migrations against models'
	@echo 'make format  put the sources into the form that check wants'
	@echo 'make bench   measure; prints a table and writes var/bench.json'
	@echo 'make chaos   kill, freeze and empty everything at random while people ask and watch; SECONDS, DATABASE, SEED, ARGS'
	@echo 'make audit   make programs for 1000 and weeks for 500 random people, courses for 65 queries (by both engines), and mark them; ARGS="--people 5000 --seed 1"'
	@echo 'make test-llm make a program and a course with the language model of the environment; needs LLM_BASE_URL, LLM_MODEL'
	@echo 'make lock    compile the requirements files from pyproject.toml; UPGRADE=1 takes the newest versions'
	@echo 'make clean   remove what make set up; data in var/ stays'

run: $(VENV)/embedded.stamp
	@exec $(PYTHON) -m app serve

test: $(VENV)/dev.stamp
	$(PYTHON) -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/dev.stamp
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	$(PYTHON) -m app check --offline

format: $(VENV)/dev.stamp
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

bench: $(VENV)/dev.stamp
	@mkdir -p var
	$(PYTHON) -m bench

chaos: $(VENV)/dev.stamp
	$(PYTHON) -m tests.chaos $(if $(SECONDS),--seconds $(SECONDS)) $(if $(DATABASE),--database $(DATABASE)) \
		$(if $(SEED),--seed $(SEED)) $(ARGS)

audit: $(VENV)/dev.stamp
	$(PYTHON) -m bench.audit $(ARGS)
	$(PYTHON) -m bench.audit --people 100 --engine llm
	$(PYTHON) -m bench.audit_courses
	$(PYTHON) -m bench.audit_courses --engine llm
	$(PYTHON) -m bench.refusals
	$(PYTHON) -m bench.strays
	$(PYTHON) -m bench.audit_plans
	$(PYTHON) -m bench.audit_plans --people 50 --engine llm

test-llm: $(VENV)/dev.stamp
	$(PYTHON) -m bench.llm $(ARGS)

COMPILE = $(PYTHON) -m uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

lock: | $(VENV)/dev.stamp
	$(COMPILE) --output-file requirements.txt
	$(COMPILE) --constraints requirements.txt --extra embedded --output-file requirements-embedded.txt
	$(COMPILE) --constraints requirements.txt --extra embedded --extra dev --output-file requirements-dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Asked from the root directory: .python-version here speaks to a PaaS, and must not stop a version manager's python3.
FIND_PYTHON = cd / && for name in python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do \
	"$$name" -c 'import ensurepip, sys, venv; sys.version_info >= (3, 11) or sys.exit(1); print(sys.executable)' 2>/dev/null && break; done

$(VENV)/%.stamp: requirements-%.txt $(PYTHON)
	@echo "Installing what $< pins..."
	@$(PYTHON) -m pip install -qq --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(PYTHON): $(VENV_IS_BROKEN)
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then \
		echo 'unfold: needs Python 3.11 or newer with its venv module (Debian and Ubuntu: apt install python3-venv)' >&2; exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$python..."; \
	"$$python" -m venv --clear $(VENV)

FORCE:
.PHONY: help run test check format bench audit chaos test-llm lock clean FORCE
