# shellcheck shell=bash

help_start() {
  say 'manage.sh start: starts the service, now and at every boot. Exits 3 if it would not serve, and says why.'
}

help_stop() {
  say 'manage.sh stop: lets running turns finish, then stops the service and its socket until the next start or boot.'
}

help_restart() {
  cat <<'END'
manage.sh restart

Checks the configuration, then restarts the service. Running turns finish; new requests wait for the restart. With a
mistake in the configuration the running service is left alone. Exits 3 if it would not serve, and says why.
END
}

help_reload() {
  cat <<'END'
manage.sh reload

Checks the configuration, then has the running service read it again, as `systemctl reload` does: it takes tokens, budgets,
models and limits at once, and says what of the rest waits for a restart. With a mistake in the configuration the running
service is left alone. Exits 3 if it would not serve, and says why.
END
}

verb_start() {
  prepare_control start "$@"
  enable_units
  if is_active "$socket" && is_active "$service"; then
    say_outcome 'is already running'
    return
  fi
  check_configuration "$prefix/current"
  sc reset-failed "$socket" "$service" 2>/dev/null || true
  is_active "$socket" || sc start "$socket"
  say 'Starting …'
  run_or_explain start
  say_outcome 'is started'
}

verb_stop() {
  prepare_control stop "$@"
  if ! is_active "$socket" && [ "$(property MainPID)" = 0 ]; then
    say "${service%.service} was not running."
    sc stop "$socket" "$service"
    return
  fi
  say 'Stopping: running turns finish …'
  stop_agents
  stop_units
  say "${service%.service} is stopped, until the next start or boot."
}

verb_restart() {
  prepare_control "$verb" "$@"
  check_configuration "$prefix/current"
  sc reset-failed "$socket" "$service" 2>/dev/null || true
  is_active "$socket" || sc stop "$service"
  say 'Restarting: running turns finish, new requests wait …'
  run_or_explain restart
  say_outcome 'is restarted'
}

verb_reload() {
  prepare_control reload "$@"
  is_active "$service" || die "${service%.service} does not run, and reads its configuration when it starts: $(manage_command start)"
  check_configuration "$prefix/current"
  local since
  since=$(date +%s.%6N)
  sc reload "$service"
  say_what_was_read "$since"
  say_outcome 'has read its configuration'
}

# say_what_was_read SINCE: what the service says of the configuration that it has read since then, without the times.
say_what_was_read() {
  local tries lines=''
  for ((tries = 0; tries < 50; tries += 1)); do
    lines=$(journal --no-pager --quiet --since "@$1" --output cat | read_log | grep -E ' (the configuration was|these keys have) ' || true)
    [ -z "$lines" ] || break
    sleep 0.2
  done
  if [ -z "$lines" ]; then
    say "The service has not told yet what it has read: $(manage_command logs)"
    return
  fi
  sed -E 's/^[0-9-]+ [0-9:]+ [a-z]+ +//' <<<"$lines"
}

run_or_explain() {
  stop_agents
  if sc "$1" "$service" 2>/dev/null; then
    ! has_agents || sc start "$agents_socket"
    return
  fi
  explain_failure
  [ "$(property ExecMainStatus)" != "$config_status" ] || exit "$config_status"
  exit 1
}

# say_outcome WHAT: says what has happened and whether the service would serve now; exits 3 if not.
say_outcome() {
  local tries
  for ((tries = 0; tries < 30; tries += 1)); do
    look_at_readiness
    case $readiness in '' | starting) sleep 1 ;; *) break ;; esac
  done
  if [ "$readiness" = ready ]; then
    say "${service%.service} $1 and serves at $(service_url)/v1"
    return
  fi
  fail "$not_serving_status" "${service%.service} $1, but would not serve: ${readiness_message:-it gives no answer}"
}

prepare_control() {
  local rest
  common_options "${@:2}"
  no_more_arguments "${rest[@]}"
  load_installed
  need_root "$1"
  listen=$(listen_of_unit)
  began_at=$(date +%s)
  readiness=
  readiness_message=
}
