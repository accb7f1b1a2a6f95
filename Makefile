# Crosswalk's commands. `make` alone lists them. What they need beyond git, make, Go and Node they install themselves.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# how long `make fuzz` gives each target
FUZZTIME ?= 20s
# how many records each side of `make bench` has
BENCHROWS ?= 100000
GOLANGCI := bin/golangci-lint-v2.15.0

WEB_SOURCES := openapi.json $(shell find web -type d \( -name node_modules -o -name dist \) -prune -o -type f ! -name schema.d.ts -print 2>/dev/null)
export CGO_ENABLED ?= 0

.PHONY: help
help: ## list the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: versions web/node_modules/.package-lock.json ## fetch what building needs: Go modules, npm packages
	go mod download

.PHONY: run
run: build ## build, then start the demo: it prints the address to open
	bin/crosswalk demo

.PHONY: demo
demo: build ## play the demo through without a browser and check what came out
	bin/crosswalk demo --check

.PHONY: dev
dev: build ## the demo's server, and Vite in front of it, which shows changes of the workbench at once
	bin/crosswalk demo & trap "kill $$!" EXIT; cd web && npm run dev

.PHONY: build
build: versions web ## build bin/crosswalk with the workbench inside
	go build -o bin/crosswalk ./server/cmd/crosswalk

.PHONY: web
web: web/dist/index.html ## build the workbench, if its sources changed

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && npm run build
	touch web/dist/.gitkeep $@

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --ignore-scripts
	touch $@

.PHONY: versions
versions:
	@test/versions.sh

.PHONY: test
test: build ## all tests: Go on both databases, the workbench's own, browser journeys
	test/pg.sh test/run.sh

.PHONY: test-fresh
test-fresh: ## `make test` in a new minimal Debian 12 (needs root)
	test/fresh.sh

.PHONY: test-office
test-office: ## the tests of workbooks that LibreOffice writes
	test/office.sh go test -count=1 -run 'LibreOffice' -v ./server/workbook ./server/api

.PHONY: test-odoo
test-odoo: ## the tests against a real Odoo 19 and MariaDB (needs root on Debian 12)
	test/odoo/run.sh

.PHONY: e2e
e2e: build ## browser journeys only
	CHROME=$$(test/chromium.sh) test/browser/run.sh

.PHONY: race
race: ## Go's race detector on the packages where goroutines meet
	test/pg.sh test/race.sh

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (20s)
	FUZZTIME=$(FUZZTIME) test/fuzz.sh

.PHONY: bench
bench: build ## runs of BENCHROWS (100000) records and a queue of 100000 on both databases, beside their baselines; Go's benchmarks
	bin/crosswalk bench reconcile --rows $(BENCHROWS)
	bin/crosswalk bench queue
	test/pg.sh sh -c 'bin/crosswalk bench reconcile --rows $(BENCHROWS) --database "$$CROSSWALK_TEST_POSTGRES" && \
		bin/crosswalk bench reconcile --tolerance-all --rows $(BENCHROWS) --database "$$CROSSWALK_TEST_POSTGRES" && \
		bin/crosswalk bench queue --database "$$CROSSWALK_TEST_POSTGRES"'
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: check
check: ## everything CI does
	bash .ci/run

.PHONY: lint
lint: $(GOLANGCI) ## golangci-lint; the first time it is built, which takes minutes
	$(GOLANGCI) run ./...

$(GOLANGCI):
	GOBIN=$(CURDIR)/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(patsubst bin/golangci-lint-%,%,$@)
	mv bin/golangci-lint $@

.PHONY: fmt
fmt: ## format the Go sources
	gofmt -w $$(git ls-files --cached --others --exclude-standard '*.go')

.PHONY: migrate-new
migrate-new: ## the next migration, for both databases (NAME=what_it_does)
	@[[ "$(NAME)" =~ ^[a-z0-9_]+$$ ]] || { echo "say what it does: make migrate-new NAME=add_plant_calendar" >&2; exit 2; }
	@last=$$(find migrations/postgres -name '[0-9]*_*.sql' -printf '%f\n' | sort | tail -n 1); \
	next=$$(printf %04d $$((10#0$${last%%_*} + 1))); \
	for database in postgres sqlite; do \
		file=migrations/$$database/$${next}_$(NAME).sql; \
		echo '-- +goose Up' >"$$file"; echo "$$file"; \
	done
