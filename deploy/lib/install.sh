# shellcheck shell=bash

help_install() {
  cat <<'END'
manage.sh install [OPTION]...

Builds the checkout that this file lies in, puts the program under /opt/claude-harness, starts it under systemd, waits
until it serves, and tries it with two small turns. What is there already stays: configuration, state, and the options
of the first installation. A step that fails takes back those before it. A missing login is no failure.

  --user NAME     whose login is used, and who the service runs as (default: the user behind sudo)
  --host ADDRESS  address to listen on (default 127.0.0.1); another than loopback needs a token in the configuration
  --port NUMBER   port to listen on (default 8013)
  --prefix FOLDER where the program goes (default /opt/claude-harness)
  --node PATH     the node program, when not the one found
  --claude PATH   the claude program, when not the one found
  --router FILE   also put the service into this router's file
  --user-unit     install for the calling user alone, without root (under ~/.local/share/claude-harness)
  --dry-run       show every step and change nothing
END
}

verb_install() {
  local host='' port='' rest wanted_user='' wanted_prefix='' wanted_node='' wanted_claude='' wanted_router=''
  common_options "$@"
  set -- "${rest[@]}"
  while [ $# -gt 0 ]; do
    case $1 in
      --user) wanted_user=$(value_of "$@") ;;
      --host) host=$(value_of "$@") ;;
      --port) port=$(value_of "$@") ;;
      --prefix) wanted_prefix=$(value_of "$@") ;;
      --node) wanted_node=$(value_of "$@") ;;
      --claude) wanted_claude=$(value_of "$@") ;;
      --router) wanted_router=$(realpath -m "$(value_of "$@")") ;;
      --dry-run) dry_run=true && shift && continue ;;
      *) no_more_arguments "$1" ;;
    esac
    shift 2
  done
  choose_scope
  need_root install
  need_systemd
  if is_installed; then load_installed; fi
  take_settings
  source_folder=$here
  check_everything
  listen=$(wanted_listen)
  is_new=false
  put_in_place
  finish_installation
}

take_settings() {
  if is_installed && [ "${wanted_prefix:-$prefix}|${wanted_user:-$user}" != "$prefix|$user" ]; then
    die "it is installed under $prefix for user $user; uninstall it first to change that (configuration and state stay)"
  fi
  user=${wanted_user:-$user}
  prefix=${wanted_prefix:-$prefix}
  node=${wanted_node:-$node}
  claude=${wanted_claude:-$claude}
  router=${wanted_router:-$router}
}

check_everything() {
  find_user
  if [ -z "$prefix" ]; then
    prefix=/opt/claude-harness
    [ "$scope" = system ] || prefix=$home/.local/share/claude-harness
  fi
  find_node
  find_claude
  check_source
  check_paths
  say "user $user, $node ($("$node" --version)), $claude"
}

# What was asked for, else what is installed, else loopback.
wanted_listen() {
  local now installed
  installed=$(listen_of_unit)
  now=$installed
  case $now in
    '') now=127.0.0.1:8013 ;;
    *:*) ;;
    *) now=0.0.0.0:$now ;;
  esac
  host=${host:-${now%:*}}
  host=${host#\[}
  host=${host%\]}
  port=${port:-${now##*:}}
  check_listen "$host" "$port"
  # On its own port it listens itself.
  if [ "$port" != "${installed##*:}" ] && ! can_listen "$host" "$port"; then
    die "$host:$port is taken; end what listens there, or say --port"
  fi
  listen_address "$host" "$port"
}

put_in_place() {
  begin_work
  step "build in $source_folder" build
  step "copy the build under $prefix/releases" make_release
  step "write $config_folder/harness.yaml, if there is none" make_config
  step "make $home/.claude, if there is none" make_claude_folder
  if [ ! -d "$state_folder" ]; then on_failure rm -rf "$state_folder"; fi
  on_failure restore_service
  step "let $prefix/current lead to the build" make_current
  step "write $unit_folder/$socket ($listen) and $service" apply_units
  if [ "$scope" = user ]; then step "let the units of $user run without a session (linger)" allow_linger; fi
  step 'start both now, and at every boot' start_units
  step 'wait until it serves' require_service
  end_work
}

make_folder() {
  [ ! -d "$1" ] || return 0
  on_failure rmdir "$1"
  mkdir -p "$1"
}

make_config() {
  local file=$config_folder/harness.yaml
  [ ! -e "$file" ] || return 0
  make_folder "$config_folder"
  on_failure rm -f "$file"
  # It may hold keys (claude.env), so it is for the service's user alone.
  install -m 640 "$source_folder/deploy/harness.yaml" "$file"
  if [ "$scope" = system ]; then chgrp "$(id -gn "$user")" "$file"; fi
}

make_claude_folder() {
  [ ! -d "$home/.claude" ] || return 0
  on_failure rmdir --ignore-fail-on-non-empty "$home/.claude"
  if [ "$scope" = user ]; then mkdir -m 700 "$home/.claude"; else
    install -d -m 700 -o "$user" -g "$(id -gn "$user")" "$home/.claude"
  fi
}

# Leads `current` to the new release, and `previous` to the one before.
make_current() {
  local current previous
  current=$(linked current)
  previous=$(linked previous)
  [ "$current" != "$release" ] || return 0
  is_new=true
  on_failure put_link previous "$previous"
  on_failure put_link current "$current"
  if [ -n "$current" ]; then put_link previous "$current"; fi
  put_link current "$release"
}

allow_linger() {
  [ "$(loginctl show-user "$user" --property=Linger --value 2>/dev/null)" != yes ] || return 0
  loginctl enable-linger 2>/dev/null ||
    say "  not allowed here: the service ends with your last session, until root runs: loginctl enable-linger $user"
}

start_units() {
  case $changed_units in *"$service"*) is_new=true ;; esac
  enable_units
  bring_up || { explain_failure && return 1; }
}

# The last thing to be taken back, after the files: what served before serves again.
restore_service() {
  sc daemon-reload
  sc stop "$socket" "$service" 2>/dev/null
  sc reset-failed "$socket" "$service" 2>/dev/null
  if is_installed; then sc start "$socket" "$service"; fi
}

finish_installation() {
  $dry_run || remove_old_releases
  if [ -n "$router" ]; then step "put the service into $router" register_with "$router"; fi
  if $dry_run; then
    say '- try it with two small turns'
    say 'Nothing was changed.'
    return
  fi
  say "claude-harness $(linked current) serves at $(service_url)/v1"
  case $readiness in
    ready) try_service ;;
    not_logged_in) say "One thing is left, the login: $(login_command)" ;;
    rate_limited) say 'The usage limit of the plan is reached; it serves again when that is over.' ;;
  esac
}

try_service() {
  if needs_token && [ -z "${HARNESS_TOKEN:-}" ]; then
    say 'It asks for tokens. To try it: HARNESS_TOKEN=... ./manage.sh test'
    return
  fi
  run_smoke || die "it is installed and running, but the line above that says so is a problem; ./manage.sh test tries again"
}
