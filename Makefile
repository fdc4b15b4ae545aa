# caracalctl: `make demo` to see it, `make test` to check it, `make help` for the rest.
# GNU make. Swift 6.2 or newer must be on PATH; the other packages are installed where they are missing (Debian, Ubuntu).

PREFIX ?= /usr/local
DESTDIR ?=
SECONDS ?= 60

CARACALCTL = .build/release/caracalctl
# What `swift format` looks at: every Swift source that is ours.
SWIFT_SOURCES = Package.swift Sources Tests Benchmarks

BUILD_PACKAGES = libssl-dev libedit-dev
RUN_PACKAGES = redis-server redis-tools
TEST_PACKAGES = redis-sentinel postgresql libpq5 libmicrohttpd12 openssl unzip python3 python3-venv zsh fish chromium
BENCH_PACKAGES = libhiredis-dev gcc openssl python3-venv

# How the release binary starts before redis-cli does, figures of one machine, a whole `xlen` of 4 ms: without libstdc++ and
# libgcc_s to load (-0.5 ms; their archives are found first), at a fixed address, so that the metadata of Swift, OpenSSL
# and Foundation's essentials is not rewritten page by page at every start (-0.7 ms), and without a table of its symbols for
# others, which Swift's runtime would go through at every start, and nobody else (-0.1 ms).
RELEASE_LINK = -Xlinker -s -Xlinker -L.build/archives -Xswiftc -use-ld=lld -Xswiftc -Xclang-linker -Xswiftc -no-pie -Xlinker --no-export-dynamic -Xlinker .build/archives/commit.o

# Without what a debugger reads, which no run of the tests looks at, a build takes an eighth less time; lld links in one second
# what gold links in eleven.
DEBUG_BUILD = -debug-info-format none -Xswiftc -use-ld=lld

.PHONY: help demo build test build-tests install dist deb coverage format lint docs bench fuzz soak soak-dispatch soak-outbox thorough sanitize clean
.SILENT:

## help: list what can be made
help:
	sed -n 's/^## //p' Makefile | awk -F ': ' '{ printf "  make %-11s %s\n", $$1, $$2 }'

## demo: build, start a private redis-server and walk through the first commands
demo:
	Scripts/install-packages $(BUILD_PACKAGES) $(RUN_PACKAGES)
	$(MAKE) --no-print-directory build
	PATH="$(CURDIR)/.build/release:$$PATH" $(CARACALCTL) sandbox -- Scripts/demo

## build: the release binary, .build/release/caracalctl
build:
	Scripts/install-packages $(BUILD_PACKAGES)
	Scripts/link-archives
	Scripts/stamp-commit
	swift build -c release --static-swift-stdlib --disable-local-rpath --product caracalctl $(RELEASE_LINK)
	# As an installed one is: a file that was written from its beginning to its end lies in memory in larger pieces than
	# the linker leaves, of which fewer have to be mapped at a start (-0.3 ms).
	cp -p $(CARACALCTL) $(CARACALCTL).copy
	mv $(CARACALCTL).copy $(CARACALCTL)

## test: everything, against Redis 6.2, 7.0 and 8.2, and Valkey 9.1
test:
	Scripts/install-packages $(BUILD_PACKAGES) $(RUN_PACKAGES) $(TEST_PACKAGES)
	Scripts/fetch-servers
	Scripts/fetch-judge
	$(MAKE) --no-print-directory build-tests
	Scripts/run-tests

## build-tests: the tests and the binary that they run, for Scripts/run-tests --filter SUITE
build-tests:
	swift build --build-tests $(DEBUG_BUILD)

## coverage: which lines of Sources the tests run, a file a line, the least covered first
coverage:
	Scripts/fetch-servers
	Scripts/fetch-judge
	SWIFT_BACKTRACE=enable=no env --default-signal=HUP,INT,QUIT swift test --scratch-path .build-coverage --enable-code-coverage
	Scripts/coverage .build-coverage

## install: the release binary, manual pages and completions, under DESTDIR and PREFIX
install:
	test -x $(CARACALCTL) || { echo "run 'make build' first" >&2; exit 1; }
	install -Dm755 $(CARACALCTL) $(DESTDIR)$(PREFIX)/bin/caracalctl
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/man/man1 man/*.1
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/man/man7 man/*.7
	install -Dm644 completions/caracalctl.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/caracalctl
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/zsh/site-functions completions/_caracalctl
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d completions/caracalctl.fish

## dist: an archive in .build/dist that runs on any Linux with this C library, and its checksum
dist: build
	Scripts/dist

## deb: a Debian package in .build/dist, and its checksum
deb: build
	Scripts/deb

## format: put every source into the house style
format:
	swift format --in-place --parallel --recursive $(SWIFT_SOURCES)

## lint: complain where a source is not in the house style, or imports Foundation whole
lint:
	swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)
	! grep -rnE '^ *([a-z]+ |@[A-Za-z_]+ )*import Foundation$$' --include='*.swift' $(SWIFT_SOURCES)

## docs: write completions/ and man/ anew from the commands
docs:
	swift build --product DocumentationGenerator $(DEBUG_BUILD)
	.build/debug/DocumentationGenerator .

## bench: every figure of the README, beside redis-cli and C clients, in one table
bench:
	Scripts/install-packages $(BUILD_PACKAGES) $(RUN_PACKAGES) $(BENCH_PACKAGES)
	Benchmarks/run

## fuzz: each of the three fuzz targets, for SECONDS (60; 1200 make an hour)
fuzz:
	for target in Tests/Fuzz/*Fuzz.swift; do Scripts/fuzz $$target $(SECONDS) || exit 1; done

## soak: the random models of Tests/Soak on all servers, each for SECONDS (60), then redrives killed and masters lost on each
soak:
	Scripts/install-packages $(BUILD_PACKAGES) $(RUN_PACKAGES) $(TEST_PACKAGES)
	Scripts/fetch-servers
	swift build --product caracalctl $(DEBUG_BUILD)
	tool=.build/debug/caracalctl; status=0; \
	for model in groups agree destroy letters lookletters changes publish signals; do \
	    python3 Tests/Soak/$$model.py $$tool --seconds $(SECONDS) || status=1; \
	done; \
	for server in .build-servers/*/*-server $$(command -v redis-server); do \
	    echo "$$server"; \
	    python3 Tests/Soak/redrive.py $$tool $$server 5000 10 || status=1; \
	    python3 Tests/Soak/failover.py $$tool $$server $$(command -v redis-sentinel) 20000 1 || status=1; \
	    python3 Tests/Soak/failover.py $$tool $$server $$(command -v redis-sentinel) 40000 1 0 planned || status=1; \
	done; \
	exit $$status

## soak-dispatch: 10,000 rows dispatched by one who is killed 50 times, beside the services' dispatchers
soak-dispatch:
	Scripts/install-packages $(BUILD_PACKAGES) $(RUN_PACKAGES) $(TEST_PACKAGES)
	Scripts/fetch-judge
	swift build --product caracalctl $(DEBUG_BUILD)
	.build/debug/caracalctl sandbox --postgres -- .build-python/bin/python Tests/Soak/dispatch.py .build/debug/caracalctl

## soak-outbox: random outboxes and streams, and what reconcile, requeue and unlock make of them, for SECONDS (60)
soak-outbox:
	Scripts/install-packages $(BUILD_PACKAGES) $(RUN_PACKAGES) $(TEST_PACKAGES)
	Scripts/fetch-judge
	swift build --product caracalctl $(DEBUG_BUILD)
	.build/debug/caracalctl sandbox --postgres -- .build-python/bin/python Tests/Soak/outbox.py .build/debug/caracalctl --seconds $(SECONDS)

## thorough: connections broken after every byte, 2,000 random histories of groups on each server, and every incident, also two at a time
thorough:
	Scripts/fetch-servers
	swift build --build-tests $(DEBUG_BUILD)
	EVERY_BYTE=1 GROUP_HISTORIES=2000 Scripts/run-tests --filter 'BrokenWriteTests|BrokenConversationTests|GroupHistoryTests|IncidentTests'

## sanitize: the tests under AddressSanitizer, and again under ThreadSanitizer
sanitize:
	$(MAKE) --no-print-directory sanitize-address sanitize-thread

SCRATCH_address = asan
SCRATCH_thread = tsan

# In folders of their own, so that the ordinary build stays as it is. Leaks are not looked for: what the runtime and OpenSSL
# keep until the process ends is none.
sanitize-%:
	Scripts/install-packages $(BUILD_PACKAGES) $(RUN_PACKAGES) $(TEST_PACKAGES)
	Scripts/fetch-servers
	Scripts/fetch-judge
	swift build --build-tests --sanitize=$* --scratch-path .build-$(SCRATCH_$*)
	SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 \
	    TSAN_OPTIONS="halt_on_error=1 suppressions=$(CURDIR)/Tests/thread-sanitizer.txt" \
	    env --default-signal=HUP,INT,QUIT swift test --skip-build --sanitize=$* --scratch-path .build-$(SCRATCH_$*)

## clean: remove what was built; the fetched servers stay
clean:
	rm -rf .build .build-asan .build-tsan .build-coverage
