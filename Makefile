# srunx: what to run. `make help` lists it.

CLUSTER := tests/cluster/cluster
CARGO ?= cargo

.PHONY: help demo test test-local test-live fuzz build release lint bench install-packages cluster-up cluster-down cluster-shell clean

help:
	@echo "make demo           build, start a private one-host Slurm, run the parallel workflow on it, stop it"
	@echo "make test           everything that is tested here, on a private Slurm where Slurm is needed"
	@echo "make test-local     what needs no Slurm at all"
	@echo "make fuzz           random input for what reads directives and values, for a minute"
	@echo "make bench          measure, beside sbatch and a C program, on the private Slurm"
	@echo "make cluster-up     start the private Slurm in target/cluster;  cluster-shell, cluster-down"
	@echo "make lint           rustfmt, clippy"

install-packages:
	@$(CLUSTER) install --build

build: install-packages
	$(CARGO) build --release

# A cluster of its own, so that one from cluster-up is left alone. The trap lets it be stopped after Ctrl-C, too.
demo: export SRUNX_CLUSTER_DIR = $(CURDIR)/target/demo-cluster
demo: build
	@trap : INT TERM; status=0; \
	$(CLUSTER) up && $(CLUSTER) shell -- examples/demo target/release/srunx || status=$$?; \
	$(CLUSTER) down; exit $$status

test: install-packages
	@tests/run

test-local:
	$(CARGO) test --no-default-features

fuzz:
	@$(CLUSTER) install --fuzz
	@tests/fuzz

lint:
	$(CARGO) fmt --all --check
	$(CARGO) fmt --manifest-path fuzz/Cargo.toml --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	$(CARGO) clippy --no-default-features --all-targets -- -D warnings

bench: build
	@benches/run

cluster-up: install-packages
	@$(CLUSTER) up

cluster-down:
	@$(CLUSTER) down

cluster-shell: cluster-up
	@$(CLUSTER) shell

clean: cluster-down
	$(CARGO) clean
