# Every habit of the house. `make help` lists them.

GO      ?= go
BIN     := bin/sealvet
TOOLS   := -modfile=.ci/tools/go.mod
SECOND  := cmd/sealvet-slsa-verifier
REPO    ?= testdata/example
FUZZTIME ?= 10s

.DEFAULT_GOAL := help

## scan: build sealvet and scan REPO (default: the bundled example, which has defects)
.PHONY: scan
scan: build
	@$(BIN) scan $(REPO) || test $$? -eq 1

## build: build bin/sealvet
.PHONY: build
build:
	@CGO_ENABLED=0 $(GO) build -trimpath -o $(BIN) ./cmd/sealvet

## test: run every test, after fetching what the tests need
.PHONY: test
test: test-tools
	$(GO) test ./...

## race: run the tests of concurrent code under the race detector
.PHONY: race
race:
	$(GO) test -race ./internal/collect/... ./internal/parse/text/... ./internal/verify/... ./internal/vet/...
	$(GO) test -race ./cmd/sealvet -run 'TestScan|TestVerify|TestHostile'

## check: all that CI runs: format, vet, lint, tests, races, and a scan of ourselves
.PHONY: check
check: lint second test race self

## lint: formatting, vet and staticcheck
.PHONY: lint
lint:
	@unformatted=$$(gofmt -l $$(git ls-files --cached --others --exclude-standard '*.go')); \
	if [ -n "$$unformatted" ]; then echo "run gofmt -w on:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool $(TOOLS) staticcheck ./...
	$(GO) mod tidy -diff
	cd $(SECOND) && $(GO) mod tidy -diff

# A module of its own, which ./... does not reach. The first run fetches about
# 200 MB of modules and compiles them for two minutes; test needs both as well.
## second: build, vet, lint and test the second verifier
.PHONY: second
second: export CGO_ENABLED = 0
second:
	cd $(SECOND) && $(GO) build -o $(CURDIR)/$(BIN)-slsa-verifier . && $(GO) vet ./...
	cd $(SECOND) && $(GO) tool -modfile=$(CURDIR)/.ci/tools/go.mod staticcheck ./...
	cd $(SECOND) && $(GO) test ./...

## programs: build both programs as they go into the image
.PHONY: programs
programs: build
	cd $(SECOND) && CGO_ENABLED=0 $(GO) build -trimpath -o $(CURDIR)/$(BIN)-slsa-verifier .

## release: build what a release holds into dist, VERSION=1.2.3
.PHONY: release
release:
	.ci/release '$(VERSION)' dist

## image: write bin/sealvet-image.tar for docker load, without docker, and print its digest
.PHONY: image
image: programs
	@$(GO) run ./internal/image/pack -o $(BIN)-image.tar

## self: scan this repository by its own policy
.PHONY: self
self: build
	$(BIN) scan --offline .

# Go's fuzzer now and then takes the end of its time for a failure. A real one
# leaves its input under testdata/fuzz, so that the second run fails at once.
## fuzz: run every fuzz target for FUZZTIME (10s)
.PHONY: fuzz
fuzz:
	@grep -rl '^func Fuzz' --include='*_test.go' internal | xargs -n1 dirname | sort -u | while read -r dir; do \
	  for target in $$(grep -ho '^func Fuzz[A-Za-z0-9]*' "$$dir"/*_test.go | sed 's/^func //'); do \
	    echo "$$dir $$target"; run="$(GO) test ./$$dir -run ^$$ -fuzz ^$$target$$ -fuzztime $(FUZZTIME) -fuzzminimizetime 5x"; \
	    $$run || $$run || exit 1; \
	  done; done
	cd $(SECOND) && $(GO) test . -run '^$$' -fuzz '^FuzzProof$$' -fuzztime $(FUZZTIME)

## golden: rewrite expected output of cases and reports; read the diff like code
.PHONY: golden
golden:
	$(GO) test ./checks/... ./reports/... -update
	$(GO) test ./cmd/... -update

## bench: measure speed and memory
.PHONY: bench
bench:
	$(GO) test ./... -run '^$$' -bench . -benchmem

## new-check: lay out a check, ID=some-defect FAMILY=pinning
.PHONY: new-check
new-check:
	@$(GO) run ./internal/newcheck -id '$(ID)' -family '$(FAMILY)'

# The SARIF validator comes from the npm registry, by a lock. act runs our action on
# this machine; its module graph and ours do not go together, so it is built alone.
.PHONY: test-tools
test-tools: .ci/npm/node_modules/.installed .ci/act/act

.ci/npm/node_modules/.installed: .ci/npm/package-lock.json
	@cd .ci/npm && npm ci --silent
	@chmod +x .ci/npm/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
	@touch $@

.ci/act/act:
	@GOBIN=$(CURDIR)/.ci/act CGO_ENABLED=0 $(GO) install github.com/nektos/act@v0.2.89

## help: list the targets
.PHONY: help
help:
	@sed -n 's/^## //p' Makefile | awk -F': ' '{printf "  %-12s %s\n", $$1, $$2}'
