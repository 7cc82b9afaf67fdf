# shellcheck shell=bash
# Starts the units, and checks that the service comes up.

is_active() {
  sc is-active --quiet "$1"
}

# Stops the socket first, since a request would start the service again.
stop_units() {
  sc stop "$socket" "$service"
}

# Their service is started here, though the first request would, since a folder that can't be bound shows then.
try_agents() {
  start_agents
  require_agents
}

# Starts what is not running, and restarts what has changed. A socket can only be changed while the service is stopped.
bring_up() {
  began_at=$(date +%s)
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

# ask_service PATH: prints the status of the answer and, of its JSON, the reason or else the status, and the message; nothing
# when there is no answer.
ask_service() {
  "$node" -e '
    const [url, path] = process.argv.slice(1);
    const place = url.startsWith("unix:") ? { socketPath: url.slice("unix:".length), path } : url + path;
    const asked = require("node:http").get(place, async (answer) => {
      const text = (await answer.setEncoding("utf8").toArray()).join("");
      const { status, reason = status, message = "" } = JSON.parse(text);
      console.log(answer.statusCode, reason, message);
      process.exit();
    });
    asked.on("error", () => process.exit());
    setTimeout(() => process.exit(), 3000);' "$(service_url)" "$1" 2>/dev/null || true
}

# Asks /ready: sets `readiness` to `ready`, to the reason, or to nothing when there is no answer, and `readiness_message` to
# what it says.
look_at_readiness() {
  local answer
  answer=$(ask_service /ready)
  answer=${answer#* }
  readiness=${answer%% *}
  readiness_message=${answer#* }
}

# Waits until the service would serve, or only needs its owner to act. Fails early where waiting does not help: it has
# failed, ends again and again, or the CLI does not start for some seconds.
wait_for_service() {
  local tries broken=0 restarts
  restarts=$(property NRestarts)
  for ((tries = 0; tries < ${1:-60}; tries += 1)); do
    look_at_readiness
    case $readiness in
      ready | not_logged_in | rate_limited) return ;;
      cli_missing | cli_failing) broken=$((broken + 1)) ;;
      *) broken=0 ;;
    esac
    [ "$broken" -lt 8 ] && [ "$(property ActiveState)" != failed ] && [ $(($(property NRestarts) - restarts)) -lt 2 ] || return 1
    sleep 1
  done
  return 1
}

# Fails with what the service says when it does not come up and stay up.
require_service() {
  local restarts
  if wait_for_service 60; then
    restarts=$(property NRestarts)
    sleep 1
    if is_active "$service" && [ "$restarts" = "$(property NRestarts)" ]; then return; fi
  fi
  explain_failure
  return 1
}

# Only what this run has caused: the cause, then the log.
explain_failure() {
  local log
  log=$(journal --no-pager --quiet --since "@$began_at" --output cat | read_log)
  say "The service does not come up: $(failure_cause "$log")" >&2
  say 'The last lines of its log:' >&2
  tail -n 25 <<<"$log" | cut -c1-400 >&2
}

# failure_cause LOG: what /ready says, else the first error in the log, else how the program ended.
failure_cause() {
  local line
  if [ -n "${readiness_message:-}" ]; then
    say "$readiness_message"
  elif line=$(grep -m 1 -E '^[0-9-]+ [0-9:]+ error |^[A-Za-z]*Error\b|^The configuration has' -A 1 <<<"$1"); then
    say "$line"
  else
    how_it_ended
  fi
}

# How the main process of the service ended.
how_it_ended() {
  local result status
  result=$(property Result)
  status=$(property ExecMainStatus)
  case $result:$status in
    *:"$config_status") say 'its configuration is wrong' ;;
    exit-code:226) say 'a folder that it needs is missing (226/NAMESPACE)' ;;
    exit-code:203) say "$node could not be started (203/EXEC)" ;;
    exit-code:*) say "it ended with $status" ;;
    success:*) say 'it gave no answer' ;;
    *) say "it ended: $result" ;;
  esac
}

# Copies log lines for people. Without a program that can, they stay as they are.
read_log() {
  program read-log 2>/dev/null || cat
}

# manage_command ARGUMENT...: the command line for a verb, to be shown.
manage_command() {
  local command
  command="$prefix/current/manage.sh $*$(name_option)"
  if [ "$scope" = user ]; then say "$command"; else say "sudo $command"; fi
}

login_command() {
  manage_command login
}
