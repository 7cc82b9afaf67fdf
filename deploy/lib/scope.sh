# shellcheck shell=bash
# Where everything is: for the whole machine, or for one user (--user-unit); and of which instance (--name).

scope=
service=
socket=
agents_service=
agents_socket=
prefix=
user=
home=
node=
claude=
source_folder=
router=
unit_folder=
config_folder=
state_folder=
# What is removed when all state is.
state_root=
agents_state_folder=
release=

# The option wins; without it, a user who has only a per-user installation means that one.
choose_scope() {
  local at=${instance:+@$instance}
  service=claude-harness$at.service
  socket=claude-harness$at.socket
  agents_service=claude-harness-agents$at.service
  agents_socket=claude-harness-agents$at.socket
  if [ -z "$scope" ]; then
    scope=system
    [ "$(id -u)" = 0 ] || has_units /etc/systemd/system || ! has_units "$(user_config_folder)/systemd/user" || scope=user
  fi
  if [ "$scope" = system ]; then
    unit_folder=/etc/systemd/system
    config_folder=/etc/$(own_folder)
    state_folder=/var/lib/$(own_folder)
    state_root=/var/lib/$(own_folder)
    agents_state_folder=/var/lib/claude-harness-agents
    if [ -n "$instance" ]; then
      # A folder for both, so that the units of agents hide those of all others.
      state_folder=$state_root/state
      agents_state_folder=$state_root/agents
    fi
    return
  fi
  [ "$(id -u)" != 0 ] || die '--user-unit is for users other than root; leave it out as root'
  export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-/run/user/$(id -u)}
  unit_folder=$(user_config_folder)/systemd/user
  config_folder=$(user_config_folder)/$(own_folder)
  state_folder=${XDG_STATE_HOME:-$HOME/.local/state}/$(own_folder)
  state_root=$state_folder
  # Shared: a user's manager has no folder of its own for each service.
  agents_state_folder=$state_folder
}

# Whether a folder has the unit of the instance, or of any.
has_units() {
  [ -e "$1/$service" ] || { $is_for_all && compgen -G "$1/claude-harness@*.service" >/dev/null; }
}

user_config_folder() {
  printf '%s\n' "${XDG_CONFIG_HOME:-$HOME/.config}"
}

is_installed() {
  [ -e "$unit_folder/$service" ]
}

# The unit file keeps the settings of its installation, in a section that systemd ignores.
setting() {
  sed -n "/^\[X-Installation\]/,\$s/^$1=//p" "$unit_folder/$service"
}

load_installed() {
  choose_scope
  is_installed || die "${service%.service} is not installed ($unit_folder/$service is missing); run ./manage.sh install$(name_option)"
  prefix=$(setting Prefix)
  user=$(setting User)
  home=$(setting Home)
  node=$(setting Node)
  claude=$(setting Claude)
  source_folder=$(setting Source)
  router=$(setting Router)
}

need_root() {
  [ "$scope" = user ] || [ "$(id -u)" = 0 ] || die "this needs root: sudo $here/manage.sh $1$(name_option)"
}

need_systemd() {
  [ -d /run/systemd/system ] || die "this machine does not run systemd; start dist/main.js with its own service manager"
  [ "$scope" = system ] || systemctl --user show-environment >/dev/null 2>&1 ||
    die "the systemd of user $(id -un) does not answer; log in as that user (not through su), or ask root for: loginctl enable-linger $(id -un)"
}

sc() {
  if [ "$scope" = user ]; then systemctl --user "$@"; else systemctl "$@"; fi
}

journal() {
  journal_of "$service" "$@"
}

# journal_of UNIT ARGUMENT...
journal_of() {
  if [ "$scope" = user ]; then journalctl --user-unit "$@"; else journalctl --unit "$@"; fi
}

# Runs a command as the user of the service, in the environment of the unit.
as_service_user() {
  local environment
  set_environment
  if [ "$(id -un)" = "$user" ]; then "${environment[@]}" "$@"; else runuser -u "$user" -- "${environment[@]}" "$@"; fi
}

# The same, with the stored token passed as a credential, as the unit does.
as_service_user_with_token() {
  local environment run=(systemd-run)
  set_environment
  if [ "$scope" = user ]; then run+=(--user); else run+=("--property=User=$user"); fi
  run+=(--quiet --pipe --wait --collect "--property=LoadCredential=claude-token:$(token_file)")
  "${run[@]}" "${environment[@]}" "$@"
}

# Runs a command as the user of the service, with all that the installed unit and its drop-ins set.
in_unit_environment() {
  local run=(systemd-run) file
  if [ "$scope" = user ]; then run+=(--user); else run+=("--property=User=$user"); fi
  run+=(--quiet --pipe --wait --collect --property=UMask=0077 "--property=Environment=$(sc show --property=Environment --value "$service")")
  while IFS= read -r file; do run+=("--property=EnvironmentFile=$file"); done < <(environment_files)
  (cd / && "${run[@]}" "$@")
}

# As `systemctl show` prints them: `/a/file (ignore_errors=no)`, one a line.
environment_files() {
  sc show --property=EnvironmentFiles --value "$service" | sed -nE 's/ \(ignore_errors=no\)$//p; s/^(.*) \(ignore_errors=yes\)$/-\1/p'
}

# Sets `environment` to the command that sets the variables of the unit.
set_environment() {
  environment=(env "HOME=$home" "USER=$user" "LOGNAME=$user" "CLAUDE_CONFIG_DIR=$(login_folder)")
  environment+=("CLAUDE_HARNESS_CLAUDE__LOGIN_HINT=$(login_command)")
  environment+=("PATH=$(dirname "${claude:-/usr/bin/claude}"):$(dirname "$node"):/usr/local/bin:/usr/bin:/bin")
}

program() {
  "$node" "$prefix/current/dist/main.js" "$@"
}

# The program of this script's own version, where that is built.
own_program() {
  if [ -f "$here/dist/main.js" ]; then "$node" "$here/dist/main.js" "$@"; else program "$@"; fi
}

# Handles the options that most verbs share; sets `rest` to the others, with long names and values of their own.
common_options() {
  local option
  rest=()
  [ -z "${HARNESS_NAME:-}" ] || choose_instance "$HARNESS_NAME"
  while [ $# -gt 0 ]; do
    option=$(long_option "$1")
    case $option in
      --help) "help_$verb" && help_common && exit ;;
      --user-unit) scope=user ;;
      --name)
        option=$(value_of "$@")
        choose_instance "$option"
        shift
        ;;
      --name=*) choose_instance "${option#*=}" ;;
      --*=*) rest+=("${option%%=*}" "${option#*=}") ;;
      *) rest+=("$option") ;;
    esac
    shift
  done
}

help_common() {
  cat <<'END'

  --name NAME  the instance of that name, of several on this machine (also HARNESS_NAME; none: the default one)
  --user-unit  the installation of the calling user, which needs no root
END
}

# The long form of a short option of the verb.
long_option() {
  case $verb:$1 in
    *:-h) echo --help ;;
    logs:-f) echo --follow ;;
    logs:-e) echo --errors ;;
    logs:-S) echo --since ;;
    logs:-n) echo --lines ;;
    logs:-n*) printf '%s\n' "--lines=${1#-n}" ;;
    install:-p) echo --port ;;
    install:-p*) printf '%s\n' "--port=${1#-p}" ;;
    install:-n | update:-n | uninstall:-n) echo --dry-run ;;
    *) printf '%s\n' "$1" ;;
  esac
}
