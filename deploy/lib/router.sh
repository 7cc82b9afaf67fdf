# shellcheck shell=bash

help_register() {
  cat <<'END'
manage.sh register FILE [OPTION]...

Puts the service into a router's file, as `claude-harness register` does, with its options (--name, --models, --priority,
--disable, --url, --dry-run). Exits 2 with the entry to paste where the file cannot be changed.
END
}

help_unregister() {
  cat <<'END'
manage.sh unregister FILE [--name NAME] [--dry-run]

Takes the service out of a router's file, and switches on what register has switched off.
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
    '' | -*) die "which file? manage.sh $verb FILE" ;;
  esac
  load_installed
}

register_with() {
  local status=0
  program register --config "$(readable_config)" --url "$(service_url)" --file "$1" "${@:2}" || status=$?
  # Nothing was written, and what to paste is shown.
  [ "$status" = 2 ] && [ "$verb" = install ] || return "$status"
}

unregister_from() {
  program unregister --file "$1" "${@:2}"
}
