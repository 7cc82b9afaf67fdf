# shellcheck shell=bash

help_start() {
  say 'manage.sh start [--user-unit]: starts the service, now and at every boot.'
}

help_stop() {
  say 'manage.sh stop [--user-unit]: lets running turns finish, then stops the service and its socket until the next start or boot.'
}

help_restart() {
  say 'manage.sh restart [--user-unit]: restarts the service. Running turns finish; new requests wait for the restart.'
}

verb_start() {
  prepare_control start "$@"
  enable_units
  sc reset-failed "$socket" "$service" 2>/dev/null || true
  is_active "$socket" || sc start "$socket"
  sc start "$service" || { explain_failure && exit 1; }
}

verb_stop() {
  prepare_control stop "$@"
  stop_units
}

verb_restart() {
  prepare_control restart "$@"
  sc reset-failed "$socket" "$service" 2>/dev/null || true
  is_active "$socket" || sc stop "$service"
  sc restart "$service" || { explain_failure && exit 1; }
}

prepare_control() {
  local rest
  common_options "${@:2}"
  no_more_arguments "${rest[@]}"
  load_installed
  need_root "$1"
  readiness=
}
