# shellcheck shell=bash
# The units: each release renders its own, from the settings of the installation.

token_file() {
  printf '%s\n' "$config_folder/claude-token"
}

render_units() {
  local login=
  [ ! -e "$(token_file)" ] || login=token
  SCOPE=$scope PREFIX=$prefix USER_NAME=$user HOME_FOLDER=$home NODE=$node CLAUDE=$claude LISTEN=$listen LOGIN=$login \
    CONFIG_FOLDER=$config_folder SOURCE=$source_folder ROUTER=$router "$1/deploy/render-units.sh" "$2"
}

# Updates the installed units to those of the current release; sets `changed_units` to what changed.
apply_units() {
  local rendered=$scratch/units unit
  rm -rf "$rendered"
  mkdir "$rendered"
  changed_units=
  render_units "$prefix/current" "$rendered"
  mkdir -p "$unit_folder"
  for unit in "$socket" "$service"; do
    cmp -s "$rendered/$unit" "$unit_folder/$unit" && continue
    if [ -e "$unit_folder/$unit" ]; then
      cp -p "$unit_folder/$unit" "$rendered/$unit.before"
      on_failure install -m 644 "$rendered/$unit.before" "$unit_folder/$unit"
    else
      on_failure rm -f "$unit_folder/$unit"
    fi
    install -m 644 "$rendered/$unit" "$unit_folder/$unit"
    changed_units+=" $unit"
  done
  [ -z "$changed_units" ] || sc daemon-reload
}

# The address in the installed socket unit, as systemd writes it.
listen_of_unit() {
  sed -n 's/^ListenStream=//p' "$unit_folder/$socket" 2>/dev/null | head -n 1
}

# listen_address HOST PORT: with an IPv6 address in brackets.
listen_address() {
  case $1 in *:*) printf '[%s]:%s\n' "$1" "$2" ;; *) printf '%s:%s\n' "$1" "$2" ;; esac
}

# Where this machine reaches the service: the address that systemd listens on, including changes by `systemctl edit`.
service_url() {
  local address
  address=$(sc show --property=Listen --value "$socket" | sed -n 's/ (Stream)$//p' | head -n 1)
  [ -n "$address" ] || die "$socket does not listen on any address"
  address=${address/#0.0.0.0:/127.0.0.1:}
  printf 'http://%s\n' "${address/#\[::\]:/[::1]:}"
}
