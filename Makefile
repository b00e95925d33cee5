# Everything a contributor runs. tools/env.py makes the Python environments on first use.
#   make test ARGS="-k camera -x"    extra arguments for pytest
#   make zip PYTAGS=cp314            for a Blender with another Python
PYTHON ?= python3
ARGS ?=
DEV = .venv-dev/bin/python
export PYTAGS

.PHONY: help demo test test-unit test-page test-blender test-cli check format zip lock repo docs bench chaos clean env-dev env-bpy

help:
	@echo "make demo | test | test-unit | test-page | test-blender | test-cli | check | format | zip | repo | lock | docs | bench | chaos | clean"

env-dev:
	@$(PYTHON) tools/env.py dev >/dev/null

env-bpy:
	@$(PYTHON) tools/env.py bpy --any >/dev/null

demo:
	@$(PYTHON) tools/env.py system
	@python="$$($(PYTHON) tools/env.py bpy --any)" && "$$python" tools/demo.py $(ARGS)

test:
	@$(PYTHON) tools/tiers.py unit page blender cli -- $(ARGS)

test-unit:
	@$(PYTHON) tools/tiers.py unit -- $(ARGS)

test-page:
	@$(PYTHON) tools/tiers.py page -- $(ARGS)

test-blender:
	@$(PYTHON) tools/tiers.py blender -- $(ARGS)

test-cli:
	@$(PYTHON) tools/tiers.py cli -- $(ARGS)

check: env-dev
	$(DEV) -m ruff check .
	$(DEV) -m ruff format --check .
	$(DEV) -m pyright
	$(DEV) tools/docs.py --check

format: env-dev
	$(DEV) -m ruff check --fix .
	$(DEV) -m ruff format .

zip: env-dev env-bpy
	@$(DEV) tools/zip.py $(ARGS)

repo: env-dev env-bpy
	@$(DEV) tools/zip.py --repo $(ARGS)

lock: env-dev
	@$(DEV) tools/zip.py --lock

docs: env-dev
	@$(DEV) tools/docs.py $(ARGS)

bench:
	@$(PYTHON) tools/env.py system
	@python="$$($(PYTHON) tools/env.py bpy --any)" && "$$python" tools/bench.py $(ARGS)
	@"$$($(PYTHON) tools/env.py bpy --any)" tools/bench_skeleton.py

chaos:
	@$(PYTHON) tools/env.py system
	@python="$$($(PYTHON) tools/env.py bpy --any)" && "$$python" tools/chaos.py $(ARGS)

clean:
	rm -rf build dist out ./*.egg-info .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path "./.venv-*" -prune -exec rm -rf {} +
