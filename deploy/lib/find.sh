# shellcheck shell=bash
# Looks for the programs and the user that the service needs. Everything is refused here, before anything is changed.

find_user() {
  if [ "$scope" = user ]; then
    [ "${user:-$(id -un)}" = "$(id -un)" ] || die '--user cannot be chosen with --user-unit'
    user=$(id -un)
  fi
  user=${user:-${SUDO_USER:-}}
  [ -n "$user" ] || die 'whose login is the service to use? Say --user NAME (under sudo that is known)'
  home=$(getent passwd "$user" | cut -d: -f6) || true
  [ -n "$home" ] || die "there is no user ${user@Q}"
  if [ "$home" = / ] || [ ! -d "$home" ]; then die "user $user has no home folder, and the CLI keeps its login there"; fi
}

find_node() {
  local candidate
  for candidate in "$node" "$(command -v node || true)" "$home"/.nvm/versions/node/*/bin/node \
    "$home"/.local/share/fnm/node-versions/*/installation/bin/node "$home"/.volta/tools/image/node/*/bin/node \
    "$home"/.local/bin/node /usr/local/bin/node; do
    [ -x "$candidate" ] || continue
    # What lies in a home or comes from a version manager may be a link into a folder that lasts for one shell only.
    case $candidate in "$home"/* | /run/*) candidate=$(realpath "$candidate") ;; esac
    is_node_new_enough "$candidate" && node=$candidate && return
  done
  die "Node 20.19 or later was not found for user $user; install it (https://nodejs.org), or say --node PATH"
}

is_node_new_enough() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

# The link is kept, not what it leads to: the CLI updates itself by changing the link.
find_claude() {
  local candidate configured=
  [ ! -e "$config_folder/harness.yaml" ] || configured=$(sed -nE 's/^  path: *"?([^"#]+[^"# ]).*/\1/p' "$config_folder/harness.yaml")
  for candidate in "$claude" "$configured" "$home/.local/bin/claude" "$home/.claude/local/claude" \
    "$home/.npm-global/bin/claude" "$(dirname "$node")/claude" /usr/local/bin/claude /usr/bin/claude; do
    [ -x "$candidate" ] && claude=$candidate && return
  done
  die "the claude CLI was not found for user $user; install it as that user (https://claude.com/claude-code), or say --claude PATH"
}

# Paths are written into units, where a space or a percent sign means something else.
check_paths() {
  local path
  for path in "$prefix" "$home" "$node" "$claude" "$config_folder"; do
    [[ $path =~ ^/[A-Za-z0-9._/@+-]*$ ]] || die "the path ${path@Q} has to begin with / and hold only letters, digits and . _ / @ + -"
  done
  case $prefix/ in
    / | /usr/ | /etc/ | /home/ | "$home/") die "--prefix $prefix is a folder for other things; say one of its own" ;;
    /tmp/* | /var/tmp/*) die "--prefix $prefix does not last, and the service has a /tmp of its own" ;;
  esac
}

check_listen() {
  can_listen "$1" 0 || die "--host ${1@Q} is no address of this machine"
  [[ $2 =~ ^[1-9][0-9]{0,4}$ && $2 -le 65535 ]] || die "--port ${2@Q} is no port"
}

# Names are none: systemd listens before there is anybody to resolve them.
can_listen() {
  "$node" -e '
    const { isIP, createServer } = require("node:net");
    const [host, port] = process.argv.slice(1);
    if (!isIP(host)) process.exit(1);
    createServer().once("error", () => process.exit(1)).listen({ host, port }, () => process.exit(0));' "$1" "$2"
}
