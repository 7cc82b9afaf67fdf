# shellcheck shell=bash

help_register() {
  cat <<'END'
manage.sh register FILE [OPTION]...

Adds the service to a router's file, as `claude-harness register` does and with its options (--format, --name,
--models, --priority, --disable, --url, --dry-run). Exits 2 with the entry to paste if the file cannot be changed.
END
}

help_unregister() {
  cat <<'END'
manage.sh unregister FILE [--format NAME] [--name NAME] [--dry-run]

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

router_command() {
  common_options "$@"
  case ${rest[0]:-} in
    '' | -*) die "the router's file is missing: manage.sh $verb FILE" ;;
  esac
  load_installed
}

register_with() {
  local status=0
  program register --config "$(readable_config)" --url "$(service_url)" --file "$1" "${@:2}" || status=$?
  # With status 2 nothing was written and the entry to paste was shown, which does not fail an installation.
  [ "$status" = 2 ] && [ "$verb" = install ] || return "$status"
}

unregister_from() {
  program unregister --file "$1" "${@:2}"
}
