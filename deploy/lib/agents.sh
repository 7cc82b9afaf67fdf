# shellcheck shell=bash
# The agents' own units: there when the configuration has agents, and taken away when it has none.

agents_socket_path() {
  local folder=/run
  [ "$scope" = system ] || folder=$XDG_RUNTIME_DIR
  printf '%s\n' "$folder/${agents_socket%et}"
}

# agent_mounts BUILD: prints the unit's lines for the folders of all agents; nothing where there are no agents. A mistake in
# the configuration was told before; a build that is too old to know agents has none, and one that does not start shows that
# when it is started.
agent_mounts() {
  [ ! -e "$config_folder/harness.yaml" ] ||
    as_the_unit "$node" "$1/dist/main.js" config agent-mounts --config "$config_folder/harness.yaml" 2>/dev/null || true
}

has_agents() {
  [ -e "$unit_folder/$agents_service" ]
}

# Started by the first request; what runs is of the release and the configuration before.
start_agents() {
  if ! has_agents; then return; fi
  sc reset-failed "$agents_socket" "$agents_service" 2>/dev/null || true
  on_failure sc stop "$agents_socket" "$agents_service"
  case $changed_units in *"$agents_socket"*) sc stop "$agents_socket" "$agents_service" ;; esac
  if ! sc is-enabled --quiet "$agents_socket"; then
    on_failure sc --quiet disable "$agents_socket"
    sc --quiet enable "$agents_socket"
  fi
  sc stop "$agents_service"
  sc start "$agents_socket"
}

stop_agents() {
  ! has_agents || sc stop "$agents_socket" "$agents_service"
}

# Asks them for a sign of life, which starts them: a folder that can't be bound shows here.
require_agents() {
  has_agents || return 0
  # shellcheck disable=SC2016
  "$node" -e '
    const { request } = require("node:http");
    const asked = request({ socketPath: process.argv[1], path: "/health", timeout: 60_000 }, ({ statusCode }) =>
      process.exit(statusCode === 200 ? 0 : 1));
    asked.on("timeout", () => process.exit(1)).on("error", () => process.exit(1)).end();' "$(agents_socket_path)" && return
  say "The agents' service does not come up. The last lines of its log:" >&2
  journal_of "$agents_service" --no-pager --quiet --since "@$began_at" --output cat --lines 25 | cut -c1-400 >&2
  return 1
}

remove_agents_units() {
  ! has_agents || sc --quiet disable "$agents_socket"
  rm -f "$unit_folder/$agents_socket" "$unit_folder/$agents_service"
  if $purge; then rm -rf "$unit_folder/$agents_socket.d" "$unit_folder/$agents_service.d"; fi
}
