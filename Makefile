# Two commands for a newcomer on a Debian-like machine with a Rust toolchain:
#   make demo   installs what is missing, builds, reads the sample articles, answers two queries, draws the graph
#   make test   the whole gate: format, lints, documentation, all tests, score floors
# and for who changes the web page:
#   make test-page   drives the page in Chromium against the program; needs Node, which the program does not
# Everything else is cargo.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.PHONY: demo test test-page setup setup-page clean

WENMAI := target/release/wenmai
STORE := demo/store
APT := apt-get -qq -o DPkg::Lock::Timeout=120

demo: setup
	cargo build --release --locked
	rm -rf demo && mkdir -p demo
	@echo; echo "── Three sample articles go into a store ──"
	$(WENMAI) ingest data/samples --store $(STORE)
	@echo; echo "── Who holds which post? ──"
	$(WENMAI) query people --store $(STORE)
	@echo; echo "── What did the companies invest, make and own? ──"
	$(WENMAI) query companies --store $(STORE)
	$(WENMAI) export --store $(STORE) -o demo/graph.dot
	dot -Tsvg demo/graph.dot -o demo/graph.svg
	@echo; echo "The graph is drawn in demo/graph.svg (from demo/graph.dot)."
	@echo "Next: $(WENMAI) explain 伊宁县 --store $(STORE)"

test: setup
	cargo fmt --check
	cargo clippy --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked --quiet
	cargo test --locked

test-page: setup setup-page
	cargo build --locked
	cd web && npm ci --no-audit --no-fund && npm run check && npm test

# A C linker for Rust, Graphviz for the pictures, a font that has Chinese characters, Python for the scorer.
setup:
	@command -v cargo >/dev/null || { echo "error: cargo not found; install Rust first: https://rustup.rs" >&2; exit 1; }
	@missing=""; \
	command -v cc >/dev/null || missing="$$missing gcc libc6-dev"; \
	command -v dot >/dev/null || missing="$$missing graphviz"; \
	command -v python3 >/dev/null || missing="$$missing python3"; \
	if ! { command -v fc-list >/dev/null && fc-list :lang=zh family | grep -q .; }; then missing="$$missing fontconfig fonts-noto-cjk"; fi; \
	$(INSTALL)

setup-page:
	@missing=""; \
	command -v npm >/dev/null || missing="$$missing nodejs npm"; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	$(INSTALL)

# Installs the packages that `missing` names, asking nothing.
define INSTALL
if [ -n "$$missing" ]; then \
	sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	if ! command -v apt-get >/dev/null; then echo "error: please install:$$missing" >&2; exit 1; fi; \
	echo "installing$$missing"; \
	export DEBIAN_FRONTEND=noninteractive; \
	$$sudo $(APT) update && $$sudo $(APT) install -y --no-install-recommends $$missing >/dev/null; \
fi
endef

clean:
	cargo clean
	rm -rf demo
