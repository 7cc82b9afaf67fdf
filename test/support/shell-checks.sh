# shellcheck shell=bash
# Shared by the tests that are shell scripts: the count of results, and what they expect. Whoever sources this defines
# `explain_failure`, which shows more after a check that failed.

passed=0
failed=0

# check TITLE FUNCTION: runs and counts a check; shows its output when it fails.
check() {
  local log status=0 started=$SECONDS
  log=$(mktemp)
  # In a condition `set -e` would have no effect.
  set +e
  (set -e && "$2") >"$log" 2>&1
  status=$?
  set -e
  if [ "$status" = 0 ]; then
    passed=$((passed + 1))
    printf 'ok     %s (%s s)\n' "$1" $((SECONDS - started))
  else
    failed=$((failed + 1))
    printf 'FAILED %s\n' "$1"
    sed 's/^/       /' "$log"
    explain_failure
  fi
  rm -f "$log"
}

# eventually [--for SECONDS] COMMAND...: retries until the command succeeds.
eventually() {
  local seconds=20 end
  if [ "$1" = --for ]; then
    seconds=$2
    shift 2
  fi
  end=$((SECONDS + seconds))
  until "$@"; do
    if [ "$SECONDS" -ge "$end" ]; then
      echo "not within $seconds s: $*"
      return 1
    fi
    sleep 0.2
  done
}

# never COMMAND...: expects the command to fail.
never() {
  if "$@"; then
    echo "this should fail: $*"
    return 1
  fi
}

# exits STATUS COMMAND...: expects the command to end with this status; shows what it has printed if not.
exits() {
  local status=0 text
  text=$("${@:2}" 2>&1) || status=$?
  [ "$status" = "$1" ] || { printf '%s\nended with %s, not %s: %s\n' "$text" "$status" "$1" "${*:2}" && return 1; }
}

# failure_of COMMAND...: prints the output of a command that should fail.
failure_of() {
  local text
  if text=$("$@" 2>&1); then text="did not fail: $*"; fi
  echo "$text"
}

# expect TEXT PATTERN: the text contains the pattern.
expect() {
  if [[ $1 != *"$2"* ]]; then
    printf 'expected: %s\nin: %s\n' "$2" "$1"
    return 1
  fi
}
