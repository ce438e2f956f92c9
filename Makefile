# Each line is a script in scripts/; read there what it does.
.PHONY: run test dist bench soak fuzz lint fmt setup

run: ; @scripts/run
test: ; @scripts/test
dist: ; @scripts/dist
bench: ; @scripts/bench
soak: ; @scripts/soak
fuzz: ; @scripts/fuzz
lint: ; @scripts/lint
fmt: ; @cargo fmt --all && cargo fmt --manifest-path fuzz/Cargo.toml
setup: ; @scripts/setup test
