#!/usr/bin/env bash
# Makes the Debian package of the build in two versions, and that of npm, and tests them under a real systemd; ends with
# `N passed, N failed`.
# Needs root, the project's packages (npm ci), its build, and lintian.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
project=$(readlink -f "$here/../..")
readonly here project

fail() {
  echo "the packages could not be tested: $*"
  echo '0 passed, 1 failed'
  exit 1
}

compgen -G "$project/node_modules/@anthropic-ai/claude-code-linux-*/claude" >/dev/null || fail 'run npm ci first'
[ -f "$project/dist/main.js" ] || fail 'run npm run build first'
for program in curl dpkg-deb lintian; do
  command -v "$program" >/dev/null || fail "$program is missing: apt-get install curl dpkg lintian"
done

work=$(mktemp -d /tmp/deb-test.XXXXXX)
readonly work
trap 'rm -rf "$work"' EXIT
cd "$project"
package() {
  node scripts/package-deb.mjs --version "$1" --out "$work/$2" "${@:3}"
}
{
  package 0.9.0 old && package 0.9.1 new && package 0.9.1 again && package 0.9.1 amd64 --arch amd64 &&
    package 0.9.1 arm64 --arch arm64 && npm pack --silent --ignore-scripts --pack-destination "$work" &&
    # The machine of the test has no network.
    npm install --silent --global --prefix "$work/npm" "$work"/claude-harness-*.tgz
} >/dev/null || fail 'they could not be made'
status=0
PROJECT=$project WORK=$work "$project/test/systemd/in-systemd.sh" bash "$here/checks.sh" || status=$?
case $status in
  0 | 1) exit "$status" ;;
  77) fail 'this machine cannot run it, for the reason above' ;;
  *) fail "ended with status $status" ;;
esac
