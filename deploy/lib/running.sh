# shellcheck shell=bash
# Starts the units, and checks that the service comes up.

is_active() {
  sc is-active --quiet "$1"
}

# Stops the socket first, since a request would start the service again.
stop_units() {
  sc stop "$socket" "$service"
}

# Starts what is not running, and restarts what has changed. A socket can only be changed while the service is stopped.
bring_up() {
  # Undone first: systemd would go on starting a build that the other undo steps are removing.
  on_failure stop_units
  sc reset-failed "$socket" "$service" 2>/dev/null || true
  case $changed_units in
    *$socket*) stop_units ;;
  esac
  is_active "$socket" || { sc stop "$service" && sc start "$socket"; }
  if [ "$is_new" = true ] && is_active "$service"; then sc restart "$service"; else sc start "$service"; fi
}

enable_units() {
  local unit
  for unit in "$socket" "$service"; do
    sc is-enabled --quiet "$unit" && continue
    on_failure sc --quiet disable "$unit"
    sc --quiet enable "$unit"
  done
}

# Prints `ready`, or the reason that /ready gives, or nothing when there is no answer.
ask_ready() {
  # shellcheck disable=SC2016
  "$node" -e '
    fetch(`${process.argv[1]}/ready`, { signal: AbortSignal.timeout(3000) })
      .then((answer) => answer.json()).then(({ status, reason }) => console.log(reason ?? status), () => {});' "$(service_url)"
}

# Waits until the service would serve, or only needs its owner to act; sets `readiness` to the answer.
wait_for_service() {
  local tries
  for ((tries = 0; tries < ${1:-60}; tries += 1)); do
    readiness=$(ask_ready)
    case $readiness in ready | not_logged_in | rate_limited) return ;; esac
    sleep 1
  done
  return 1
}

# Fails with the last lines of the journal when the service does not come up and stay up.
require_service() {
  local restarts
  if wait_for_service 60; then
    restarts=$(sc show --property=NRestarts --value "$service")
    sleep 1
    if is_active "$service" && [ "$restarts" = "$(sc show --property=NRestarts --value "$service")" ]; then return; fi
  fi
  explain_failure
  return 1
}

explain_failure() {
  say "The service does not come up (${readiness:-no answer}). The last lines of its journal:" >&2
  journal --no-pager --quiet --lines 15 --output cat | cut -c1-400 >&2
}

login_command() {
  local command=$prefix/current/manage.sh
  if [ "$scope" = user ]; then say "$command login"; else say "sudo $command login"; fi
}
