# shellcheck shell=bash

help_status() {
  cat <<'END'
manage.sh status [--user-unit]

Shows the unit, whether a request would be served now and why not, turns and warm processes, today's requests, and the
versions. Exits 0 when it would serve, else 3. Where tokens are asked for, set HARNESS_TOKEN for all lines.
END
}

help_logs() {
  cat <<'END'
manage.sh logs [--follow] [--since TIME] [--errors] [--lines NUMBER] [--user-unit]

Shows the journal of the service: the last 100 lines, or those since TIME ("1 hour ago", "today", "2026-05-01 12:00").

  --follow  go on with new lines until Ctrl-C
  --errors  only warnings, errors, and what systemd has to say of failures
END
}

help_test() {
  cat <<'END'
manage.sh test [--user-unit]

Checks the running service as a client would: health, ready, models, and two small chats, which count against the plan.
A line each; exits 1 when one is a problem. Where tokens are asked for, set HARNESS_TOKEN.
END
}

help_doctor() {
  cat <<'END'
manage.sh doctor [--turn] [--user-unit]

Checks everything that a turn needs, as the user of the service. --turn also runs a real one, which counts against the
plan. Exits 1 when there is a problem.
END
}

verb_status() {
  local rest
  common_options "$@"
  no_more_arguments "${rest[@]}"
  load_installed
  say "unit      $(unit_state)"
  is_active "$socket" || die "it is stopped; to start it: manage.sh start"
  program status --config "$(readable_config)" --url "$(service_url)"
}

unit_state() {
  local restarts result text
  restarts=$(property NRestarts)
  result=$(property Result)
  text=$(property StatusText)
  printf '%s (%s) since %s' "$(property ActiveState)" "$(property SubState)" "$(property StateChangeTimestamp)"
  [ "$restarts" = 0 ] || printf ', %s restarts' "$restarts"
  [ "$result" = success ] || printf ', last end: %s' "$result"
  [ -z "$text" ] || printf '; %s' "$text"
}

property() {
  sc show --property="$1" --value "$service"
}

# The state of the service is for everybody, its configuration is not; nothing of it is needed where the address is known.
readable_config() {
  if [ -r "$config_folder/harness.yaml" ]; then say "$config_folder/harness.yaml"; else say /dev/null; fi
}

verb_test() {
  local rest
  common_options "$@"
  no_more_arguments "${rest[@]}"
  load_installed
  run_smoke
}

run_smoke() {
  program smoke --config "$(readable_config)" --url "$(service_url)"
}

needs_token() {
  # shellcheck disable=SC2016
  [ "$("$node" -e 'fetch(`${process.argv[1]}/v1/models`).then(({ status }) => console.log(status), () => {})' "$(service_url)")" = 401 ]
}

verb_doctor() {
  local rest turn=() address as=as_service_user
  common_options "$@"
  if [ "${rest[*]}" = --turn ]; then turn=(--turn); else no_more_arguments "${rest[@]}"; fi
  load_installed
  [ "$(id -un)" = "$user" ] || need_root doctor
  if [ -e "$(token_file)" ]; then
    need_root doctor
    as=as_service_user_with_token
  fi
  address=$(service_url)
  address=${address#http://}
  (cd / && "$as" env "STATE_DIRECTORY=$state_folder" "$node" "$prefix/current/dist/main.js" doctor \
    --config "$config_folder/harness.yaml" --host "${address%:*}" --port "${address##*:}" "${turn[@]}")
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

# A journal line is JSON with its level, a line of systemd, or what a program says that dies.
failures() {
  local systemd='systemd\[[0-9]+\]: .*([Ff]ailed|exited|killed|timeout|timed out|[Ww]atchdog|too quickly|restart job|oom)'
  printf '%s\n' "\"level\":\"(error|warn)\"|$systemd|(node|claude-harness)\[[0-9]+\]: [^{]"
}
