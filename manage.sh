#!/usr/bin/env bash
# Installs claude-harness under systemd and manages it: finds Node, and has it run deploy/manage/main.js, which does the work.
# `./manage.sh --help` lists the verbs, `./manage.sh VERB --help` explains one.
set -euo pipefail
umask 022

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
readonly here

# value_of OPTION ARGUMENT...: what the option was given, if it was.
value_of() {
  local option=$1
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      "$option") printf '%s\n' "${2:-}" && return ;;
      "$option="*) printf '%s\n' "${1#*=}" && return ;;
    esac
    shift
  done
}

# The programs that may be Node, the best first: what was asked for, what the shell has, what an installation has, and, since
# root does not see them, what version managers have put into the homes of whoever is meant.
candidates() {
  local unit user home
  value_of --node "$@"
  command -v node || true
  for unit in /etc/systemd/system/claude-harness{,@*}.service "${XDG_CONFIG_HOME:-${HOME:-}/.config}"/systemd/user/claude-harness{,@*}.service; do
    [ ! -r "$unit" ] || sed -n '/^\[X-Installation\]/,$s/^Node=//p' "$unit"
  done
  for user in "$(value_of --user "$@")" "${SUDO_USER:-}" "$(id -un)"; do
    [ -n "$user" ] || continue
    home=$(getent passwd "$user" | cut -d: -f6) || true
    [ -z "$home" ] || printf '%s\n' "$home"/.nvm/versions/node/*/bin/node "$home"/.local/share/fnm/node-versions/*/installation/bin/node \
      "$home"/.volta/tools/image/node/*/bin/node "$home"/.local/bin/node
  done
  printf '%s\n' /usr/local/bin/node /usr/bin/node
}

is_new_enough() {
  [ -f "$1" ] && [ -x "$1" ] &&
    "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

main() {
  local node
  while IFS= read -r -u 3 node; do
    ! is_new_enough "$node" || exec "$node" "$here/deploy/manage/main.js" "$@" 3<&-
  done 3< <(candidates "$@")
  echo 'manage.sh: no Node 20.19 or later found; install it (https://nodejs.org), or pass --node PATH' >&2
  exit 1
}

main "$@"
