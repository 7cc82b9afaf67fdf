# shellcheck shell=bash
# Steps that are shown, can be skipped (--dry-run), and are undone when a later one fails.

# Of a wrong command line, of a service that would not serve now, and of a wrong configuration.
readonly usage_status=2 not_serving_status=3 config_status=78

dry_run=false
is_working=false
undo_stack=()
scratch=
clock=
step_began=0

say() {
  printf '%s\n' "$*"
}

die() {
  fail 1 "$*"
}

# fail STATUS TEXT: the statuses of docs/install.md.
fail() {
  printf 'manage.sh: %s\n' "${*:2}" >&2
  exit "$1"
}

# For a wrong command line.
misused() {
  fail "$usage_status" "$*"
}

# step TEXT COMMAND...: shows the step, and runs it unless this is a dry run.
step() {
  if $dry_run; then say "- $1"; else timed "$@"; fi
}

# timed TEXT COMMAND...: the same also in a dry run. What takes two seconds or more says how long it took.
timed() {
  local took
  say "- $1"
  start_clock
  "${@:2}"
  stop_clock
  took=$((SECONDS - step_began))
  [ "$took" -lt 2 ] || say "  took $took s"
}

# On a terminal the seconds count up meanwhile. The cursor stays at the left, for what the step itself prints.
start_clock() {
  step_began=$SECONDS
  [ -t 1 ] || return 0
  (
    # Not longer than this script, which may be killed.
    while sleep 1 && kill -0 "$$" 2>/dev/null; do
      [ $((SECONDS - step_began)) -lt 2 ] || printf '\r  %s s\r' $((SECONDS - step_began))
    done
  ) &
  clock=$!
}

stop_clock() {
  [ -n "$clock" ] || return 0
  kill "$clock" 2>/dev/null || true
  wait "$clock" 2>/dev/null || true
  clock=
  printf '\r\033[K'
}

# on_failure COMMAND...: a command that undoes a step of this run if a later one fails.
on_failure() {
  $dry_run || undo_stack+=("${*@Q}")
}

# Makes the following steps atomic, until end_work: all of them are done, or none.
begin_work() {
  scratch=$(mktemp -d)
  is_working=true
  trap 'undo_work $?' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

end_work() {
  is_working=false
}

undo_work() {
  local status=$1 count=${#undo_stack[@]}
  trap - EXIT
  set +e
  stop_clock
  if [ "$status" -ne 0 ] && $is_working; then
    say 'That failed. Undoing the steps of this run …' >&2
    while ((count-- > 0)); do eval "${undo_stack[count]}" >&2; done
    say 'Everything is as it was before. Fix the problem above, and run the same command again.' >&2
  fi
  rm -rf "$scratch"
  exit "$status"
}

no_more_arguments() {
  [ $# -eq 0 ] || misused "unknown option ${1@Q}; --help lists the options"
}

# value_of OPTION [VALUE]: prints the value; dies without one.
value_of() {
  [ -n "${2:-}" ] || misused "$1 needs a value"
  printf '%s\n' "$2"
}
