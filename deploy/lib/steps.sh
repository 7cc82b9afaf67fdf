# shellcheck shell=bash
# Steps that are shown, can be skipped (--dry-run), and are undone when a later one fails.

# Of a wrong command line, of a service that would not serve now, and of a wrong configuration.
readonly usage_status=2 not_serving_status=3 config_status=78

dry_run=false
is_working=false
undo_stack=()
scratch=

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
  say "- $1"
  $dry_run || "${@:2}"
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
