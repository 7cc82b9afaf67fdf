# shellcheck shell=bash

help_uninstall() {
  cat <<'END'
manage.sh uninstall [--purge]

Stops the service and removes its units and program. The configuration, a stored token and the state are kept for
another installation. The login of the claude CLI (~/.claude; of an instance with a
name ~/.claude-harness-instances/NAME) belongs to the CLI and is always kept. Other instances go on.

  --purge      also remove the configuration, a stored token and the state
  -n, --dry-run
               show every step without changing anything
END
}

verb_uninstall() {
  local rest purge=false option
  common_options "$@"
  for option in "${rest[@]}"; do
    case $option in
      --purge) purge=true ;;
      --dry-run) dry_run=true ;;
      *) no_more_arguments "$option" ;;
    esac
  done
  choose_scope
  need_root uninstall
  if is_installed; then
    load_installed
    remove_installation
  else
    say 'Nothing is installed.'
  fi
  if $purge; then step "remove $config_folder and $state_folder" remove_what_is_kept; fi
  $dry_run || remove_shared_folders
  if $dry_run; then say 'Nothing was changed.'; fi
}

remove_installation() {
  check_installation
  if [ -n "$router" ] && [ -e "$router" ]; then
    step "remove the service from $router" unregister_from "$router"
  fi
  step 'stop the service, and disable it at boot' disable_service
  step "remove $unit_folder/$socket and $service" remove_units
  step "remove $(command_file)" remove_command
  step "remove $prefix" remove_program
}

remove_program() {
  rm -rf "$prefix/releases" "$prefix/current" "$prefix/previous"
  # Files of others keep the folder.
  rmdir --ignore-fail-on-non-empty "$prefix"
}

remove_what_is_kept() {
  rm -rf "$config_folder" "$state_root" "$agents_state_folder"
}

# What instances with names have in common goes with the last of them; units of agents make these folders as well.
remove_shared_folders() {
  local folder
  for folder in "${prefix%/claude-harness*}" "${config_folder%/claude-harness*}" "${state_root%/claude-harness*}"; do
    folder+=/claude-harness-instances
    [ ! -d "$folder" ] || rmdir --ignore-fail-on-non-empty "$folder"
  done
}

# A folder that is removed as a whole must be one that install has created.
check_installation() {
  if [ ! -L "$prefix/current" ] || [ ! -d "$prefix/releases" ]; then
    die "$prefix does not look like an installation of claude-harness; remove it by hand"
  fi
}

disable_service() {
  sc --quiet disable "$socket" "$service"
  stop_agents
  stop_units
  sc reset-failed "$socket" "$service" 2>/dev/null || true
}

remove_units() {
  remove_agents_units
  rm -f "$unit_folder/$socket" "$unit_folder/$service"
  # Files created by `systemctl edit` are configuration.
  if $purge; then rm -rf "$unit_folder/$socket.d" "$unit_folder/$service.d"; fi
  sc daemon-reload
}
