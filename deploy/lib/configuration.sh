# shellcheck shell=bash
# What the program says of its configuration, as the service would find it.

# check_configuration BUILD: ends this run with the mistake where the program in that folder would refuse to start for it.
check_configuration() {
  local text status=0
  text=$(as_the_unit "$node" "$1/dist/main.js" config check --config "$config_folder/harness.yaml" \
    --host "$(host_of "$listen")" --port "${listen##*:}" 2>&1) || status=$?
  # Any other status is of a build that does not start, or that is too old to know this command; starting it shows which.
  [ "$status" = "$config_status" ] || return 0
  printf '%s\n' "$text" >&2
  fail "$config_status" "nothing is changed for a configuration that the service would refuse; correct it, and run the same command again"
}

# Prints the `claude.path` that the service would use, or nothing; needs a build to ask.
configured_claude() {
  local build text status
  [ -e "$config_folder/harness.yaml" ] || return 0
  for build in "$source_folder" "$prefix/current"; do
    [ -f "$build/dist/main.js" ] || continue
    status=0
    text=$(as_the_unit "$node" "$build/dist/main.js" config get claude.path --config "$config_folder/harness.yaml" 2>&1) || status=$?
    case $status in
      0) printf '%s\n' "$text" && return ;;
      "$config_status") printf '%s\n' "$text" >&2 && return "$status" ;;
    esac
  done
}

as_the_unit() {
  if is_installed; then in_unit_environment "$@"; else (cd / && as_service_user "$@"); fi
}

# host_of ADDRESS: without the port and the brackets of IPv6.
host_of() {
  local host=${1%:*}
  host=${host#\[}
  printf '%s\n' "${host%\]}"
}
