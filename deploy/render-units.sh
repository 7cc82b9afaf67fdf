#!/usr/bin/env bash
# Renders the units of this release into a folder: render-units.sh FOLDER. Its input are variables set by manage.sh:
# SCOPE (system or user), PREFIX, USER_NAME, HOME_FOLDER, NODE, CLAUDE, LISTEN, LOGIN (`token` when one is stored),
# CONFIG_FOLDER, SOURCE, ROUTER, AGENTS_SOCKET (a path), AGENT_MOUNTS (lines of a unit; empty where there are no agents),
# INSTANCE (its name; empty for the default one), LOGIN_FOLDER, STATE_FOLDER and AGENTS_STATE_FOLDER.
set -euo pipefail

templates=$(dirname "$(readlink -f "$0")")/systemd

# A manage.sh from before instances knows one alone.
INSTANCE=${INSTANCE:-}
LOGIN_FOLDER=${LOGIN_FOLDER:-$HOME_FOLDER/.claude}
STATE_FOLDER=${STATE_FOLDER:-/var/lib/claude-harness}
AGENTS_STATE_FOLDER=${AGENTS_STATE_FOLDER:-/var/lib/claude-harness-agents}
at=${INSTANCE:+@$INSTANCE}

# Homes are hidden from the service, except for these paths.
visible_paths() {
  local path
  for path in "$PREFIX" "$CONFIG_FOLDER" "$(folder_of "$NODE")" "$(folder_of "$(realpath -m "$NODE")")" \
    "$(folder_of "$CLAUDE")" "$(folder_of "$(realpath -m "$CLAUDE")")"; do
    is_hidden "$path" && printf 'BindReadOnlyPaths=-%s\n' "$path"
  done | sort -u
}

is_hidden() {
  case $1/ in
    "$LOGIN_FOLDER"/*) return 1 ;;
    /home/* | /root/* | "$HOME_FOLDER"/*) ;;
    *) return 1 ;;
  esac
}

# The folder that a program needs: its package, all its versions, or the folder that contains it.
folder_of() {
  case $1 in
    */lib/node_modules/*) printf '%s\n' "${1%%/lib/node_modules/*}/lib/node_modules" ;;
    */.local/share/claude/*) printf '%s\n' "${1%%/.local/share/claude/*}/.local/share/claude" ;;
    *) dirname "$1" ;;
  esac
}

# ProtectHome= covers /home, /root and /run/user only.
hidden_home() {
  case $HOME_FOLDER/ in /home/* | /root/*) ;; *) printf 'TemporaryFileSystem=%s:ro\n' "$HOME_FOLDER" ;; esac
}

token_line() {
  [ "$LOGIN" != token ] || printf 'LoadCredential=claude-token:%s/claude-token\n' "$CONFIG_FOLDER"
}

# The manager of a user creates the socket as that user.
socket_user() {
  [ "$SCOPE" = user ] || printf 'SocketUser=%s\n' "$USER_NAME"
}

agent_mounts() {
  # What a user's manager can't do.
  [ "$SCOPE" = user ] || printf '%s\n' "$AGENT_MOUNTS"
}

# A user's manager has no folder for it, and the program would take that of the default instance.
state_line() {
  [ "$SCOPE" != user ] || [ -z "$INSTANCE" ] || printf 'Environment="STATE_DIRECTORY=%s"\n' "$STATE_FOLDER"
}

# What the agents must not see: the state of chats, and all that is of other instances, also of those that come later.
hidden_state() {
  local folder
  printf 'InaccessiblePaths=-/var/lib/claude-harness\n'
  [ -z "$INSTANCE" ] || printf 'InaccessiblePaths=-/var/lib/claude-harness-agents -/etc/claude-harness\n'
  for folder in /var/lib /etc; do printf 'TemporaryFileSystem=%s/claude-harness-instances:ro\n' "$folder"; done
  [ -z "$INSTANCE" ] || printf 'BindPaths=%s\nBindReadOnlyPaths=%s\n' "$AGENTS_STATE_FOLDER" "$CONFIG_FOLDER"
}

login_hint() {
  local command="$PREFIX/current/manage.sh login${INSTANCE:+ --name $INSTANCE}"
  if [ "$SCOPE" = system ]; then printf 'sudo %s\n' "$command"; else printf '%s\n' "$command"; fi
}

render() {
  local text name value
  text=$(<"$1")
  while [ $# -gt 1 ]; do
    name=${2%%=*} value=${2#*=}
    text=${text//"@$name@"/"$value"}
    set -- "$1" "${@:3}"
  done
  # An optional line that is not needed leaves no empty line behind.
  text=${text//$'\n'@NOTHING@/}
  case $text in *@[A-Z]*@*) echo "$1 has a placeholder without a value" >&2 && exit 1 ;; esac
  printf '%s\n' "$text"
}

optional() {
  local text
  text=$("$1")
  printf '%s\n' "${text:-@NOTHING@}"
}

settings=("UNIT=claude-harness$at" "AGENTS_UNIT=claude-harness-agents$at" "OF_INSTANCE=${INSTANCE:+ ($INSTANCE)}"
  "LOGIN_FOLDER=$LOGIN_FOLDER" "STATE=${STATE_FOLDER#/var/lib/}" "AGENTS_STATE=${AGENTS_STATE_FOLDER#/var/lib/}"
  "STATE_LINE=$(optional state_line)" "HIDDEN_STATE=$(optional hidden_state)" "PREFIX=$PREFIX" "USER=$USER_NAME" "HOME=$HOME_FOLDER" "NODE=$NODE" "CLAUDE=$CLAUDE" "LISTEN=$LISTEN"
  "CONFIG=$CONFIG_FOLDER/harness.yaml" "SOURCE=$SOURCE" "ROUTER=$ROUTER" "LOGIN_HINT=$(login_hint)"
  "PATH=$(dirname "$CLAUDE"):$(dirname "$NODE"):/usr/local/bin:/usr/bin:/bin"
  "VISIBLE_PATHS=$(optional visible_paths)" "HIDDEN_HOME=$(optional hidden_home)" "TOKEN=$(optional token_line)"
  "AGENTS_SOCKET=$AGENTS_SOCKET" "SOCKET_USER=$(optional socket_user)" "WORKSPACES=$(optional agent_mounts)")

render "$templates/claude-harness.socket" "${settings[@]}" >"$1/claude-harness$at.socket"
render "$templates/$SCOPE/claude-harness.service" "${settings[@]}" >"$1/claude-harness$at.service"
if [ -n "$AGENT_MOUNTS" ]; then
  render "$templates/claude-harness-agents.socket" "${settings[@]}" >"$1/claude-harness-agents$at.socket"
  render "$templates/$SCOPE/claude-harness-agents.service" "${settings[@]}" >"$1/claude-harness-agents$at.service"
fi
