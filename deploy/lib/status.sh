# shellcheck shell=bash

help_status() {
  cat <<'END'
manage.sh status

Shows the unit, whether a request would be served now and why not, turns and warm processes, today's requests, and the
versions. Exits 0 when it would serve, else 3. If the service requires a token, set HARNESS_TOKEN to see all lines.
Without --name, where there are instances with names, it shows a line for each; `--name default` is the one without.
END
}

verb_status() {
  local rest
  common_options "$@"
  no_more_arguments "${rest[@]}"
  $is_instance_chosen || is_for_all=true
  choose_scope
  if $is_for_all && [[ $(instance_names) != @(|default) ]]; then
    list_instances
    return
  fi
  is_installed || not_serving "${service%.service} is not installed; ./manage.sh install$(name_option) installs it"
  load_installed
  say "unit      $(unit_state)"
  case $(property ActiveState):$(property SubState) in
    failed:*) not_serving "it has failed: $(how_it_ended); $(manage_command logs --errors) shows why" ;;
    *:auto-restart*) not_serving "$(how_it_ended), and is started again; $(manage_command logs --errors) shows why" ;;
    # Not asked, since that would start it.
    inactive:*) not_serving "$(describe_stopped)" ;;
  esac
  program status --config /dev/null --url "$(service_url)"
}

not_serving() {
  say "ready     no: $1"
  exit "$not_serving_status"
}

describe_stopped() {
  if is_active "$socket"; then say 'it is stopped; the next request starts it'; else
    say "it is stopped; $(manage_command start) starts it"
  fi
}

unit_state() {
  local restarts
  restarts=$(property NRestarts)
  printf '%s (%s) since %s' "$(property ActiveState)" "$(property SubState)" "$(property StateChangeTimestamp)"
  [ "$restarts" = 0 ] || printf ', %s restarts' "$restarts"
}

property() {
  sc show --property="$1" --value "$service"
}

# Anybody may see the state of the service, but not read its configuration, which is not needed when the address is known.
readable_config() {
  if [ -r "$config_folder/harness.yaml" ]; then say "$config_folder/harness.yaml"; else say /dev/null; fi
}
