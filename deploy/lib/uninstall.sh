# shellcheck shell=bash

help_uninstall() {
  cat <<'END'
manage.sh uninstall [--purge]

Stops the service and removes units and program. Configuration, a stored token and state stay, for another installation.
The login of the claude CLI (~/.claude) belongs to the CLI and always stays.

  --purge      remove configuration, stored token and state as well
  --dry-run    show every step and change nothing
  --user-unit  the installation of the calling user
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
    say 'There is no installation.'
  fi
  if $purge; then step "remove $config_folder and $state_folder" rm -rf "$config_folder" "$state_folder"; fi
  if $dry_run; then say 'Nothing was changed.'; fi
}

remove_installation() {
  check_ours
  if [ -n "$router" ] && [ -e "$router" ]; then
    step "take the service out of $router" unregister_from "$router"
  fi
  step 'stop the service, and start it at no boot' stop_for_good
  step "remove $unit_folder/$socket and $service" remove_units
  step "remove $prefix" remove_program
}

remove_program() {
  rm -rf "$prefix/releases" "$prefix/current" "$prefix/previous"
  # Another's files keep the folder.
  rmdir --ignore-fail-on-non-empty "$prefix"
}

# What is removed as a whole has to be what install has made.
check_ours() {
  if [ ! -L "$prefix/current" ] || [ ! -d "$prefix/releases" ]; then
    die "$prefix does not look like an installation of claude-harness; remove it by hand"
  fi
}

stop_for_good() {
  sc --quiet disable "$socket" "$service"
  sc stop "$socket" "$service"
  sc reset-failed "$socket" "$service" 2>/dev/null || true
}

remove_units() {
  rm -f "$unit_folder/$socket" "$unit_folder/$service"
  # What `systemctl edit` has made is configuration.
  if $purge; then rm -rf "$unit_folder/$socket.d" "$unit_folder/$service.d"; fi
  sc daemon-reload
}
