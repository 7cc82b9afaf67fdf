# shellcheck shell=bash

help_logs() {
  cat <<'END'
manage.sh logs [OPTION]...

Shows the journal of the service: the last 100 lines, or those since TIME ("1 hour ago", "today", "2026-05-01 12:00").

  -f, --follow        keep showing new lines until Ctrl-C
  -e, --errors        only warnings, errors, and systemd's reports of failures
  -S, --since TIME    only what was logged since then
  -n, --lines NUMBER  only the last lines
  --json              the log's own JSON lines, for programs
END
}

verb_logs() {
  local rest options=() value since='' lines='' errors=false json=false arguments=("$@")
  common_options "$@"
  set -- "${rest[@]}"
  while [ $# -gt 0 ]; do
    case $1 in
      --follow) options+=(--follow) ;;
      --errors) errors=true ;;
      --json) json=true ;;
      --since | --lines)
        # Not in a list, where `set -e` would not see a missing value.
        value=$(value_of "$@")
        if [ "$1" = --since ]; then since=$value; else lines=$value; fi
        shift
        ;;
      *) no_more_arguments "$1" ;;
    esac
    shift
  done
  check_log_options
  load_installed
  can_read_journal || die "only root and members of the group systemd-journal can read the journal: $(manage_command logs "${arguments[@]}")"
  if [ -n "$since" ]; then options+=(--since "$since"); fi
  if [ -n "$lines" ] || [ -z "$since" ]; then options+=(--lines "${lines:-100}"); fi
  if $json; then options+=(--output cat); else options+=(--output short-iso --no-hostname); fi
  journal --no-pager "${options[@]}" | only_wanted | readable
}

check_log_options() {
  [[ ${lines:-1} =~ ^[0-9]{1,9}$ ]] || misused "--lines ${lines@Q} is not a number"
  [ -z "$since" ] || systemd-analyze timestamp -- "$since" >/dev/null 2>&1 ||
    misused "--since ${since@Q} is not a time such as \"1 hour ago\", \"today\" or \"2026-05-01 12:00\""
}

# A user sees their own units; those of the machine are in the system's journal.
can_read_journal() {
  local file
  [ "$scope" = system ] && [ "$(id -u)" != 0 ] || return 0
  for file in /var/log/journal/*/system.journal /run/log/journal/*/system.journal; do
    [ ! -r "$file" ] || return 0
  done
  return 1
}

only_wanted() {
  local wanted='' own=''
  ! $errors || wanted=$(failures)
  ! $json || own='^\{'
  grep --line-buffered -E "$wanted" | grep --line-buffered -E "$own" || true
}

readable() {
  if $json; then cat; else read_log; fi
}

# A journal line is JSON with its level, a line of systemd, or the last words of a program that dies.
failures() {
  local systemd='systemd\[[0-9]+\]: .*([Ff]ailed|exited|killed|timeout|timed out|[Ww]atchdog|too quickly|restart job|oom)'
  printf '%s\n' "\"level\":\"(error|warn)\"|$systemd|(node|claude-harness)\[[0-9]+\]: [^{]"
}
