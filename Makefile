# Bangfu: `make help` lists the targets.

.DEFAULT_GOAL := help
GO ?= go

# What a build says of itself (bangfu version). The version is the latest of the changelog.
VERSION = $(shell sed -n 's/^## \([0-9][^ ]*\).*/\1/p' CHANGELOG.md | head -n 1)
COMMIT = $(shell git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null)
DATE = $(shell TZ=UTC git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd 2>/dev/null)
STAMP = -X main.version=$(VERSION) -X main.commit=$(COMMIT) -X main.date=$(DATE)

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: build
build: ## build bin/bangfu and bin/wxsim; with the pages that `make web` built
	$(GO) build -ldflags "$(STAMP)" -o bin/ ./cmd/bangfu ./cmd/wxsim

.PHONY: stamp
stamp: ## print the linker's flags with version, commit and date, for a build without make
	@echo $(STAMP)

# Pages are built again when something of theirs is newer than what is there.
CONSOLE := web/console/dist/index.html
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund

.PHONY: web
web: $(CONSOLE) ## build the web pages; needs Node 20 and npm

$(CONSOLE): web/console/node_modules/.package-lock.json web/console/index.html web/console/vite.config.ts \
		$(shell find web/console/src web/console/public -type f)
	cd web/console && npm run check && npm test && npm run build

web/%/node_modules/.package-lock.json: web/%/package.json web/%/package-lock.json
	cd web/$* && $(NPM_CI) && touch node_modules/.package-lock.json

.PHONY: e2e
e2e: web build web/e2e/node_modules/.package-lock.json ## go through the console in Chromium; CHROMIUM names another than /usr/bin/chromium
	cd web/e2e && npm test

.PHONY: pictures
pictures: e2e ## renew README's pictures from those that the browser tests take
	cp artefacts/screenshots/flow-wall.png docs/pictures/aid-days.png
	cp artefacts/screenshots/money-matrix.png docs/pictures/matrix.png
	cp artefacts/screenshots/composer.png docs/pictures/composer.png

.PHONY: demo
demo: $(if $(shell command -v npm),web) build ## run everything on this machine: reference farm, simulated WeChat, phone page
	bin/bangfu demo

.PHONY: verify
verify: build ## recompute the published figures from the records in DATA_DIR
	bin/bangfu verify

.PHONY: wxsim
wxsim: build ## run the WeChat simulator alone, for a server that is started elsewhere
	bin/wxsim

# A guard against hanging: no test is judged by how long it takes. check vets everything, so that a test run need not.
TEST := $(GO) test -vet=off -timeout 2h

.PHONY: test
test: ## run all tests; needs Go only
	@if [ -z "$$TEST_REDIS_ADDR" ] && ! command -v redis-server >/dev/null; then \
		echo "no redis-server here and no TEST_REDIS_ADDR: the queue is tested on the embedded Redis only"; fi
	$(TEST) ./...

.PHONY: cover
cover: ## which part of its statements each package's own tests run; PKG=./service/... names some
	$(TEST) -cover $(or $(PKG),./...)

# The race detector looks at everything but the SQLite under the embedded database, which is C turned into Go and would
# be most of the work. Tests are still three times as slow, so it goes through those packages in whose tests several hands
# do something at once, and under -short only those tests there open a database that say repotest.Raced.
RACE := $(TEST) -race -short -gcflags=modernc.org/...=-race=false
AT_ONCE = git grep -lE 'Raced\(t\)|go func|\.Go\(' -- '*_test.go' | xargs -n1 dirname | sort -u | sed 's|^|./|'

# Tools come from a module of their own, so that nothing of theirs is in the product's.
bin/golangci-lint: TOOL := github.com/golangci/golangci-lint/v2/cmd/golangci-lint
bin/benchstat: TOOL := golang.org/x/perf/cmd/benchstat
bin/golangci-lint bin/benchstat: scripts/tools/go.mod scripts/tools/go.sum
	$(GO) build -C scripts/tools -o ../../$@ $(TOOL) && touch $@

.PHONY: lint
lint: bin/golangci-lint ## all of .golangci.yml; its first build takes minutes, so it is no part of check
	bin/golangci-lint run

.PHONY: check
check: ## format, vet, staticcheck, structure, licences, production build, what happens at once under the race detector
	@files=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$files" ]; then echo "gofmt: $$files"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck -tags noembed ./... # the embedded engines, which are mostly C turned into Go, are half of its work
	$(GO) vet -tags noembed ./cmd/... ./repo/embedded
	$(GO) run ./scripts/notice -check
	$(GO) test ./scripts
	$(RACE) $$($(AT_ONCE))

.PHONY: licences
licences: ## list what is shipped and its licences; fails on one that is not accepted
	$(GO) run ./scripts/notice -list

.PHONY: notice
notice: web/console/node_modules/.package-lock.json ## write NOTICE anew: the licences of all that is shipped
	$(GO) run ./scripts/notice

.PHONY: try
try: build ## start the demo, go through its main job over HTTP, stop it
	scripts/try-demo.sh

.PHONY: fuzz
fuzz: ## fuzz what strangers send, FUZZTIME (default 20s) a target
	scripts/fuzz.sh $${FUZZTIME:-20s}

.PHONY: benchmarks
benchmarks: bin/benchstat ## what functions cost, COUNT (default 6) times each: make -s benchmarks >new.txt, bin/benchstat old.txt new.txt
	$(GO) test -run '^$$' -bench . -count $(or $(COUNT),6) $$(git grep -l '^func Benchmark' -- '*_test.go' | xargs -n1 dirname | sort -u | sed 's|^|./|')

.PHONY: bench
bench: ## messages answered a second beside an empty Gin handler and the bare SDK, reminders of 200 cadres, a broadcast to 500; about three minutes
	$(GO) run ./scripts/bench $(BENCH)

.PHONY: bench-import
bench-import: ## time and memory of a sheet of 100,000 rows, beside a bare read by the library
	$(GO) run ./scripts/bench -import 100000

.PHONY: bench-stack
bench-stack: ## reminders of 2,000 cadres over a real Redis and FerretDB over PostgreSQL, or MONGO_URI and REDIS_ADDR
	scripts/stack.sh run $(GO) run ./scripts/bench -stack $(BENCH)

.PHONY: bench-broadcast
bench-broadcast: ## broadcasts to 1,000 and 10,000 people over the same; PEOPLE=100000 with a real server in MONGO_URI
	scripts/stack.sh run sh -c 'for n in $${PEOPLE:-1000 10000}; do $(GO) run ./scripts/bench -stack -broadcast $$n || exit; done'

.PHONY: faults
faults: ## kill everything while 2,000 reminders go out: each is received once, or known to be unknown; about four minutes
	scripts/faults.sh

.PHONY: faults-broadcasts
faults-broadcasts: ## the same for 20 broadcasts of 500 people, which are paused and resumed meanwhile; about eight minutes
	scripts/faults.sh -broadcasts

.PHONY: interop
interop: ## check against npm's co-wechat-api and wechat-crypto; needs node and npm
	cd scripts/interop && npm ci --no-audit --no-fund
	$(TEST) ./scripts/interop -count=1 -v

.PHONY: image
image: ## build the production image
	docker build --build-arg STAMP="$(STAMP)" -t bangfu .

.PHONY: release
release: web ## build the archives and their checksums into release/; ARCHES (default "amd64 arm64") names machines
	STAMP="$(STAMP)" VERSION="$(VERSION)" scripts/release.sh

.PHONY: clean
clean: ## remove what was built; the demo's data stays in data/
	rm -rf bin release artefacts web/console/dist/assets web/console/dist/index.html* web/console/dist/favicon.svg*
