#!/bin/sh
# Builds the archives of a release into release/, with their checksums: for each machine in ARCHES the production binary
# without the embedded engines, and a demo with them and the simulator. Needs STAMP and VERSION, which make gives it.
# The same commit makes the same bytes.
set -eu
cd "$(dirname "$0")/.."

if [ -n "$(git status --porcelain --untracked-files=no)" ]; then
	echo "there are changes that no commit has: a release is built from a commit" >&2
	exit 1
fi
out=$PWD/release
rm -rf "$out" && mkdir "$out"
date=$(git log -1 --format=%cI)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# build ARCH TAGS COMMAND…: static binaries into the archive's folder.
build() {
	arch=$1 tags=$2
	shift 2
	CGO_ENABLED=0 GOOS=linux GOARCH=$arch go build -tags "$tags" -trimpath -ldflags "-s -w $STAMP" -o "$dir/" "$@"
}

# pack NAME: the folder as an archive in which only content counts, not when or by whom it was packed.
pack() {
	cp NOTICE CHANGELOG.md README.md README.zh.md SECURITY.md "$dir"
	tar -C "$work" --sort=name --mtime="$date" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -cf - "$1" | gzip -9n >"$out/$1.tar.gz"
	rm -rf "$dir"
}

for arch in ${ARCHES:-amd64 arm64}; do
	name=bangfu-$VERSION-linux-$arch
	dir=$work/$name && mkdir "$dir"
	build "$arch" noembed,nomsgpack ./cmd/bangfu
	cp config/example.env docs/ops.md docs/install.zh.md scripts/systemd/*.service "$dir"
	pack "$name"

	name=bangfu-embedded-$VERSION-linux-$arch
	dir=$work/$name && mkdir "$dir"
	build "$arch" "" ./cmd/bangfu ./cmd/wxsim
	cp config/example.env docs/ops.md docs/install.zh.md docs/first-hour.md docs/first-hour.zh.md scripts/systemd/bangfu.service "$dir"
	pack "$name"
done
cd "$out" && sha256sum ./*.tar.gz | sed 's| \./| |' >SHA256SUMS && cat SHA256SUMS
