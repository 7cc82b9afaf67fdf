#!/usr/bin/env bash
# Tests the installation under a real systemd, and ends with `N passed, N failed`. Needs root and the project's packages
# (npm ci). A machine that can't run it counts as a failure.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
readonly here
project=$(readlink -f "$here/../..")

fail() {
  echo "the installation could not be tested: $*"
  echo '0 passed, 1 failed'
  exit 1
}

compgen -G "$project/node_modules/@anthropic-ai/claude-code-linux-*/claude" >/dev/null || fail 'run npm ci first'
command -v curl >/dev/null || fail 'curl is missing: apt-get install curl'
status=0
"$here/in-systemd.sh" bash "$here/checks.sh" || status=$?
case $status in
  0 | 1) exit "$status" ;;
  77) fail 'this machine cannot run it, for the reason above' ;;
  *) fail "ended with status $status" ;;
esac
