# Two commands: `make run` starts a newsroom here, `make test` checks it. Nothing else needs to be installed by hand.

PORT ?= 8000
export PORT

CHECKED = --numprocesses auto --maxprocesses 4 --dist worksteal
PYTEST = .venv/bin/python -m pytest $(CHECKED)
EVERYTHING = -m "slow or not slow"

.PHONY: run upgrade test test-all bench audit screenshots format messages packages packages-dev packages-audit checks browser

run: packages
	@exec .venv/bin/python -m newsroom.start

# All but the slow tests, first on SQLite, then on a real PostgreSQL. A browser sees no difference: it tests the second.
test: checks browser
	env -u DATABASE_URL $(PYTEST) -m "not slow and not browser"
	.venv/bin/python -m tests.postgres $(PYTEST)

test-all: checks browser
	env -u DATABASE_URL $(PYTEST) $(EVERYTHING)
	.venv/bin/python -m tests.postgres $(PYTEST) $(EVERYTHING)

# After new code came: a copy of everything, new tables, a try; the database is put back where anything fails.
upgrade: packages
	@.venv/bin/python -m newsroom.upgrade

# What the common work costs, as ratios taken side by side in one run.
bench: packages
	.venv/bin/python -m benchmarks

# Outside judges on a running demo site: the Nu HTML checker, axe and Lighthouse.
audit: packages-audit browser
	.venv/bin/python -m tests.audit

# The README's pictures, drawn anew from the demo.
screenshots: browser
	.venv/bin/python -m tests.audit.screenshots

# What needs no test run to be wrong. Quick ones first.
checks: packages-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	find . -name .venv -prune -o -path '*/templates/*.html' -print0 | xargs -0 -r .venv/bin/djade --check
	env -u DATABASE_URL DJANGO_SETTINGS_MODULE=tests.settings .venv/bin/python manage.py makemigrations --check --dry-run

format: packages-dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	find . -name .venv -prune -o -path '*/templates/*.html' -print0 | xargs -0 -r .venv/bin/djade

# The catalogues of locale/ in step with the words of the interface; names what lacks a translation.
messages: packages-dev
	@.venv/bin/python deploy/messages.py

browser: packages-dev
	@.venv/bin/python -m tests.browser

packages:
	@sh deploy/venv.sh requirements.txt

packages-dev:
	@sh deploy/venv.sh requirements-dev.txt

packages-audit:
	@sh deploy/venv.sh requirements-audit.txt
