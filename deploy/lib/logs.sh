# shellcheck shell=bash

help_logs() {
  cat <<'END'
manage.sh logs [--follow] [--since TIME] [--errors] [--lines NUMBER] [--user-unit]

Shows the journal of the service: the last 100 lines, or those since TIME ("1 hour ago", "today", "2026-05-01 12:00").

  --follow  keep showing new lines until Ctrl-C
  --errors  only warnings, errors, and systemd's reports of failures
END
}

verb_logs() {
  local rest options=() since='' lines='' errors=false
  common_options "$@"
  set -- "${rest[@]}"
  while [ $# -gt 0 ]; do
    case $1 in
      --follow | -f) options+=(--follow) ;;
      --errors) errors=true ;;
      --since) since=$(value_of "$@") && shift ;;
      --lines) lines=$(value_of "$@") && shift ;;
      *) no_more_arguments "$1" ;;
    esac
    shift
  done
  load_installed
  if [ -n "$since" ]; then options+=(--since "$since"); fi
  if [ -n "$lines" ] || [ -z "$since" ]; then options+=(--lines "${lines:-100}"); fi
  if ! $errors; then
    journal --no-pager "${options[@]}"
    return
  fi
  journal --no-pager "${options[@]}" | { grep --line-buffered -E "$(failures)" || true; }
}

# A journal line is JSON with its level, a line of systemd, or the last words of a program that dies.
failures() {
  local systemd='systemd\[[0-9]+\]: .*([Ff]ailed|exited|killed|timeout|timed out|[Ww]atchdog|too quickly|restart job|oom)'
  printf '%s\n' "\"level\":\"(error|warn)\"|$systemd|(node|claude-harness)\[[0-9]+\]: [^{]"
}
