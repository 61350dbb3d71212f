#!/bin/sh
# Runs every fuzz target for a while: fuzz.sh 20s. A finding is kept under the package's testdata/fuzz.
# All that a target is linked with is compiled anew for it; the embedded engines, which none needs, would be most of that.
set -eu
cd "$(dirname "$0")/.."
for dir in $(git grep -l '^func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u); do
	for target in $(grep -ho '^func Fuzz[A-Za-z0-9_]*' "$dir"/*_test.go | sed 's/func //'); do
		echo "== $dir $target"
		go test -tags noembed "./$dir" -run '^$' -fuzz "^$target\$" -fuzztime "${1:-20s}"
	done
done
