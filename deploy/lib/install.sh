# shellcheck shell=bash

help_install() {
  cat <<'END'
manage.sh install [OPTION]...

Builds the checkout that contains this file, installs the program under /opt/claude-harness, starts it under systemd,
waits until it serves, and tests it with two small turns. Existing configuration and state are kept, and so are the
options of the first installation. If a step fails, the previous steps are undone. A missing login is not a failure.
With --name it is an instance beside others, with a port, a login, a configuration, builds and state of its own.

  --user NAME     user to run the service as, whose login it uses (default: the user who called sudo)
  --host ADDRESS  address to listen on (default 127.0.0.1); others than loopback need a token in the configuration
  -p, --port NUMBER
                  port to listen on (default 8013)
  --prefix FOLDER folder to install into (default /opt/claude-harness)
  --node PATH     the node program (default: the first suitable one found)
  --claude PATH   the claude program (default: the first one found)
  --router FILE   also add the service to this router's file
  -n, --dry-run   show every step without changing anything
END
}

verb_install() {
  local host='' port='' rest
  local requested_user='' requested_prefix='' requested_node='' requested_claude='' requested_router=''
  common_options "$@"
  set -- "${rest[@]}"
  while [ $# -gt 0 ]; do
    case $1 in
      --user) requested_user=$(value_of "$@") ;;
      --host) host=$(value_of "$@") ;;
      --port) port=$(value_of "$@") ;;
      --prefix) requested_prefix=$(value_of "$@") ;;
      --node) requested_node=$(value_of "$@") ;;
      --claude) requested_claude=$(value_of "$@") ;;
      --router) requested_router=$(realpath -m "$(value_of "$@")") ;;
      --dry-run) dry_run=true && shift && continue ;;
      *) no_more_arguments "$1" ;;
    esac
    shift 2
  done
  choose_scope
  need_root install
  need_systemd
  if is_installed; then load_installed; fi
  merge_settings
  source_folder=$here
  check_prerequisites
  listen=$(choose_listen_address)
  is_new=false
  install_release
  finish_installation
}

# The options that were given override those of the installation.
merge_settings() {
  if is_installed && [ "${requested_prefix:-$prefix}|${requested_user:-$user}" != "$prefix|$user" ]; then
    die "${service%.service} is installed under $prefix for user $user; to change that, uninstall it first (configuration and state are kept)"
  fi
  user=${requested_user:-$user}
  prefix=${requested_prefix:-$prefix}
  node=${requested_node:-$node}
  claude=${requested_claude:-$claude}
  router=${requested_router:-$router}
}

check_prerequisites() {
  find_user
  if [ -z "$prefix" ]; then
    prefix=/opt/$(own_folder)
    [ "$scope" = system ] || prefix=$home/.local/share/$(own_folder)
  fi
  find_node
  check_source
  # Which CLI it is, the configuration says, which needs a program to ask.
  if [ -e "$config_folder/harness.yaml" ] && [ ! -f "$source_folder/dist/main.js" ] && ! $dry_run; then
    step "build in $source_folder" build
  fi
  timed 'look for the claude CLI, and ask its version' find_claude
  check_paths
  say "user $user, $node ($("$node" --version)), $claude ($claude_version)"
}

# The requested address, else the installed one, else loopback.
choose_listen_address() {
  local current installed
  installed=$(listen_of_unit)
  current=$installed
  case $current in
    '') current=127.0.0.1:8013 ;;
    *:*) ;;
    *) current=0.0.0.0:$current ;;
  esac
  host=${host:-$(host_of "$current")}
  port=${port:-${current##*:}}
  check_listen "$host" "$port"
  check_other_instances
  # The installed port is in use by the service itself.
  if [ "$port" != "${installed##*:}" ] && ! can_listen "$host" "$port"; then
    die "$host:$port is in use; stop the program that listens there, or pass --port"
  fi
  listen_address "$host" "$port"
}

install_release() {
  begin_work
  step "build in $source_folder" build
  step "copy the build under $prefix/releases" make_release
  step "write $config_folder/harness.yaml, if there is none" create_config
  step "create $(login_folder), if there is none" create_claude_folder
  step 'check the configuration' check_configuration "$prefix/releases/$release"
  if [ ! -d "$state_folder" ]; then on_failure rm -rf "$state_root"; fi
  on_failure restore_service
  step "link $prefix/current to the build" switch_current
  step "write $unit_folder/$socket ($listen) and $service" apply_units
  step "write $(command_file)" apply_command
  if [ "$scope" = user ]; then step "let the units of $user run without a session (linger)" enable_linger; fi
  step 'start both now and at every boot' start_units
  step 'wait until it serves' require_service
  if has_agents; then step 'start the agents' try_agents; fi
  end_work
}

create_folder() {
  [ ! -d "$1" ] || return 0
  create_folder "$(dirname "$1")"
  on_failure rmdir "$1"
  mkdir "$1"
}

create_config() {
  local file=$config_folder/harness.yaml
  [ ! -e "$file" ] || return 0
  create_folder "$config_folder"
  on_failure rm -f "$file"
  # It may hold keys (claude.env), so only the service's user may read it.
  install -m 640 "$source_folder/deploy/harness.yaml" "$file"
  if [ "$scope" = system ]; then chgrp "$(id -gn "$user")" "$file"; fi
}

create_claude_folder() {
  local folder
  for folder in ${instance:+"$(dirname "$(login_folder)")"} "$(login_folder)"; do
    [ ! -d "$folder" ] || continue
    on_failure rmdir --ignore-fail-on-non-empty "$folder"
    if [ "$scope" = user ]; then mkdir -m 700 "$folder"; else
      install -d -m 700 -o "$user" -g "$(id -gn "$user")" "$folder"
    fi
  done
}

# Links `current` to the new release, and `previous` to the one before.
switch_current() {
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

enable_linger() {
  [ "$(loginctl show-user "$user" --property=Linger --value 2>/dev/null)" != yes ] || return 0
  loginctl enable-linger 2>/dev/null ||
    say "  not permitted here: the service ends with your last session, until root runs: loginctl enable-linger $user"
}

start_units() {
  case $changed_units in *"$service"*) is_new=true ;; esac
  enable_units
  bring_up || { explain_failure && return 1; }
}

# Undone last, after the files: starts what ran before.
restore_service() {
  stop_units 2>/dev/null
  sc daemon-reload
  sc reset-failed "$socket" "$service" 2>/dev/null
  if is_installed; then sc start "$socket" "$service"; fi
}

finish_installation() {
  $dry_run || remove_old_releases
  if [ -n "$router" ]; then step "add the service to $router" register_with "$router"; fi
  if $dry_run; then
    say '- test it with two small turns'
    say 'Nothing was changed.'
    return
  fi
  say "${service%.service} $(linked current) serves at $(service_url)/v1"
  case $readiness in
    ready) step 'test it with two small turns' test_service ;;
    not_logged_in) say "One step is left, the login: $(login_command)" ;;
    rate_limited) say 'The usage limit of the plan is reached; the service continues when the limit resets.' ;;
  esac
}

test_service() {
  if needs_token && [ -z "${HARNESS_TOKEN:-}" ]; then
    say 'The service requires a token. To test it: HARNESS_TOKEN=... ./manage.sh test'
    return
  fi
  run_smoke || die 'the service is installed and running, but a check above reports a problem; ./manage.sh test checks again'
}
