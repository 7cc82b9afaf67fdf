# shellcheck shell=bash

help_register() {
  cat <<'END'
manage.sh register FILE [OPTION]...

Adds the service to a router's file, as `claude-harness register` does and with its options (--format, --models,
--priority, --disable, --url, --dry-run). Exits 2 with the entry to paste if the file cannot be changed.

  --provider NAME  the name of the entry (default: claude-harness; of an instance with a name claude-harness-NAME)
END
}

help_unregister() {
  cat <<'END'
manage.sh unregister FILE [--format NAME] [--provider NAME] [--dry-run]

Removes the service from a router's file, and switches on what register switched off.
END
}

verb_register() {
  router_command "$@"
  register_with "${rest[@]}"
}

verb_unregister() {
  router_command "$@"
  unregister_from "${rest[@]}"
}

# What the program calls the name of an entry is --provider here, since --name is an instance.
router_command() {
  common_options "$@"
  case ${rest[0]:-} in
    '' | -*) die "the router's file is missing: manage.sh $verb FILE" ;;
  esac
  rest=("${rest[@]/#--provider/--name}")
  load_installed
}

# Each instance has an entry of its own; what is given besides comes later, and wins.
entry_name() {
  printf '%s\n' "claude-harness${instance:+-$instance}"
}

register_with() {
  local status=0
  program register --config "$(readable_config)" --url "$(service_url)" --name "$(entry_name)" --file "$1" "${@:2}" || status=$?
  # With status 2 nothing was written and the entry to paste was shown, which does not fail an installation.
  [ "$status" = 2 ] && [ "$verb" = install ] || return "$status"
}

unregister_from() {
  program unregister --name "$(entry_name)" --file "$1" "${@:2}"
}
