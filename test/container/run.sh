#!/usr/bin/env bash
# Builds the image without a daemon, on a base made of Debian's packages, runs it as Docker would (crun), and ends with
# `N passed, N failed`. Needs root, and buildah, crun, mmdebstrap, haproxy, libxml2-utils and shellcheck of Debian. BASE_TAR
# names a base that is there already.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
project=$(readlink -f "$here/../..")
readonly here project

fail() {
  echo "the container could not be tested: $*"
  echo '0 passed, 1 failed'
  exit 1
}

[ "$(id -u)" = 0 ] || fail 'it takes root'
for program in buildah crun mmdebstrap haproxy xmllint shellcheck curl ip; do
  command -v "$program" >/dev/null || fail "$program is missing: apt-get install buildah crun mmdebstrap haproxy libxml2-utils shellcheck curl iproute2"
done
[ -d "$project/node_modules/tsx" ] || fail 'run npm ci first'

work=$(mktemp -d /tmp/container-test.XXXXXX)
readonly work
trap 'rm -rf --one-file-system "$work"' EXIT
trap 'exit 143' INT TERM HUP

build() {
  buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"
}

# image NAME FOLDER: an image of what is in the folder, and nothing else.
image() {
  printf 'FROM scratch\nADD . /\n' | build bud --quiet --isolation chroot --tag "$1" --file - "$2" >/dev/null
}

# Two bases like those that the Dockerfile names. What this machine needs to reach its registry is in that for the build
# alone.
make_bases() {
  local base=$work/base npm
  mkdir "$base"
  if [ -n "${BASE_TAR:-}" ]; then
    tar -C "$base" -xf "$BASE_TAR"
  else
    # Slim as Debian's own images are; what makes a /usr of two has done its work, and needs all of Perl.
    # shellcheck disable=SC2016
    mmdebstrap --quiet --variant=apt --include=usr-is-merged --aptopt='APT::Install-Recommends "false"' \
      --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
      --dpkgopt='path-exclude=/usr/share/man/*' \
      --customize-hook='chroot "$1" apt-get purge --yes usrmerge perl libperl5.36 perl-modules-5.36' bookworm "$base"
  fi
  find "$base/dev" -mindepth 1 -delete
  image runtime-base "$base"
  npm=$(npm root --global)/npm
  mkdir -p "$base/usr/lib/node_modules" "$base/etc/ssl/certs"
  cp "$(readlink -f "$(command -v node)")" "$base/usr/bin/node"
  cp -r "$npm" "$base/usr/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$base/usr/bin/npm"
  cp -L /etc/ssl/certs/ca-certificates.crt "$base/etc/ssl/certs/"
  printf 'registry=%s\ncafile=/etc/ssl/certs/ca-certificates.crt\n' "$(npm config get registry)" >"$base/root/.npmrc"
  image build-base "$base"
  rm -rf "$base"
}

# What npm has fetched for this checkout it need not fetch again.
build_image() {
  local cache
  cache=$(npm config get cache)
  mkdir -p "$cache"
  build bud --quiet --format docker --isolation chroot --pull-never --volume "$cache:/root/.npm" --tag harness \
    --build-arg BASE=localhost/build-base --build-arg RUNTIME=localhost/runtime-base --build-arg BUILD_COMMIT=abc1234 \
    --build-arg BUILD_DATE=2026-11-29 --file "$project/deploy/docker/Dockerfile" "$project"
}

started=$SECONDS
make_bases >"$work/base.log" 2>&1 || { cat "$work/base.log" && fail 'no base could be made'; }
echo "the base took $((SECONDS - started)) s"
started=$SECONDS
build_image >"$work/build.log" 2>&1 || { cat "$work/build.log" && fail 'the image could not be built'; }
echo "the image took $((SECONDS - started)) s"
build inspect --type image harness >"$work/image.json"
container=$(build from --pull-never harness)
rootfs=$(build mount "$container")
# A network of its own, with a loopback only.
status=0
PROJECT=$project WORK=$work ROOTFS=$rootfs unshare --net --mount --propagation private bash "$here/checks.sh" || status=$?
build umount "$container" >/dev/null
exit "$status"
