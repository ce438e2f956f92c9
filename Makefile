# Each line is a script in scripts/; read there what it does.
.PHONY: run test dist bench soak lint fmt setup

run: ; @scripts/run
test: ; @scripts/test
dist: ; @scripts/dist
bench: ; @scripts/bench
soak: ; @scripts/soak
lint: ; @scripts/lint
fmt: ; @cargo fmt --all
setup: ; @scripts/setup test
