# shellcheck shell=bash
# The units: each release renders its own, from the settings of the installation.

token_file() {
  printf '%s\n' "$config_folder/claude-token"
}

render_units() {
  local login=
  [ ! -e "$(token_file)" ] || login=token
  SCOPE=$scope INSTANCE=$instance LOGIN_FOLDER=$(login_folder) STATE_FOLDER=$state_folder AGENTS_STATE_FOLDER=$agents_state_folder \
    PREFIX=$prefix USER_NAME=$user HOME_FOLDER=$home NODE=$node CLAUDE=$claude LISTEN=$listen LOGIN=$login \
    CONFIG_FOLDER=$config_folder SOURCE=${HARNESS_PACKAGE_SOURCE:-$source_folder} ROUTER=$router AGENTS_SOCKET=$(agents_socket_path) \
    AGENT_MOUNTS=$(agent_mounts "$1") "$1/deploy/render-units.sh" "$2"
}

# Updates the installed units to those of the current release; sets `changed_units` to what changed.
apply_units() {
  local rendered=$scratch/units unit
  rm -rf "$rendered"
  mkdir "$rendered"
  changed_units=
  render_units "$prefix/current" "$rendered"
  mkdir -p "$unit_folder"
  for unit in "$socket" "$service" "$agents_socket" "$agents_service"; do apply_unit "$unit"; done
  [ -z "$changed_units" ] || sc daemon-reload
}

# A unit that was not rendered is not wanted any more.
apply_unit() {
  local new=$rendered/$1 installed=$unit_folder/$1
  if [ -e "$new" ]; then ! cmp -s "$new" "$installed" || return 0; elif [ ! -e "$installed" ]; then return 0; fi
  if [ -e "$installed" ]; then
    cp -p "$installed" "$new.before"
    on_failure install -m 644 "$new.before" "$installed"
  else
    on_failure rm -f "$installed"
  fi
  if [ -e "$new" ]; then install -m 644 "$new" "$installed"; else
    sc --quiet disable --now "$1"
    rm "$installed"
  fi
  changed_units+=" $1"
}

# The address in the installed socket unit, as systemd writes it.
listen_of_unit() {
  sed -n 's/^ListenStream=//p' "$unit_folder/$socket" 2>/dev/null | head -n 1
}

# listen_address HOST PORT: with an IPv6 address in brackets.
listen_address() {
  case $1 in *:*) printf '[%s]:%s\n' "$1" "$2" ;; *) printf '%s:%s\n' "$1" "$2" ;; esac
}

# Where this machine reaches the service: of the addresses that systemd listens on, including changes by `systemctl edit`, one
# of loopback, else any port, else a Unix socket.
service_url() {
  local addresses address
  addresses=$(sc show --property=Listen --value "$socket" |
    sed -n 's/ (Stream)$//p' | sed 's/^0\.0\.0\.0:/127.0.0.1:/; s/^\[::\]:/[::1]:/')
  address=$(grep -m 1 -E '^(127\.|\[::1\])' <<<"$addresses" || grep -m 1 -v '^/' <<<"$addresses" || head -n 1 <<<"$addresses")
  case $address in
    '') die "$socket does not listen on any address" ;;
    /*) printf 'unix:%s\n' "$address" ;;
    *) printf 'http://%s\n' "$address" ;;
  esac
}
