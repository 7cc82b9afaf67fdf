# shellcheck shell=bash

help_status() {
  cat <<'END'
manage.sh status [--user-unit]

Shows the unit, whether a request would be served now and why not, turns and warm processes, today's requests, and the
versions. Exits 0 when it would serve, else 3. If the service requires a token, set HARNESS_TOKEN to see all lines.
END
}

verb_status() {
  local rest
  common_options "$@"
  no_more_arguments "${rest[@]}"
  load_installed
  say "unit      $(unit_state)"
  is_active "$socket" || die 'the service is stopped; manage.sh start starts it'
  program status --config "$(readable_config)" --url "$(service_url)"
}

unit_state() {
  local restarts result text
  restarts=$(property NRestarts)
  result=$(property Result)
  text=$(property StatusText)
  printf '%s (%s) since %s' "$(property ActiveState)" "$(property SubState)" "$(property StateChangeTimestamp)"
  [ "$restarts" = 0 ] || printf ', %s restarts' "$restarts"
  [ "$result" = success ] || printf ', last result: %s' "$result"
  [ -z "$text" ] || printf '; %s' "$text"
}

property() {
  sc show --property="$1" --value "$service"
}

# Anybody may see the state of the service, but not read its configuration, which is not needed when the address is known.
readable_config() {
  if [ -r "$config_folder/harness.yaml" ]; then say "$config_folder/harness.yaml"; else say /dev/null; fi
}
