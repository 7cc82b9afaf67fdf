# shellcheck shell=bash
# Steps that are shown, can be left out (--dry-run), and are undone when a later one fails.

dry_run=false
is_working=false
undo_stack=()
scratch=

say() {
  printf '%s\n' "$*"
}

die() {
  printf 'manage.sh: %s\n' "$*" >&2
  exit 1
}

# step TEXT COMMAND...: shows what is done, and does it unless this is a dry run.
step() {
  say "- $1"
  $dry_run || "${@:2}"
}

# on_failure COMMAND...: what takes the work of this run back, should a later step fail.
on_failure() {
  $dry_run || undo_stack+=("${*@Q}")
}

# Runs what follows as one piece of work: all of it, or nothing.
begin_work() {
  scratch=$(mktemp -d)
  is_working=true
  trap 'take_back $?' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

end_work() {
  is_working=false
}

take_back() {
  local status=$1 count=${#undo_stack[@]}
  trap - EXIT
  set +e
  if [ "$status" -ne 0 ] && $is_working; then
    say 'That failed. Taking back what this run has done …' >&2
    while ((count-- > 0)); do eval "${undo_stack[count]}" >&2; done
    say 'Everything is as it was before. Mend what is said above, and run the same command again.' >&2
  fi
  rm -rf "$scratch"
  exit "$status"
}

no_more_arguments() {
  [ $# -eq 0 ] || die "unknown option ${1@Q}; --help shows those there are"
}

# value_of OPTION [VALUE]: the value, or a refusal.
value_of() {
  [ -n "${2:-}" ] || die "$1 needs a value"
  printf '%s\n' "$2"
}
