# shellcheck shell=bash
# Finds the programs and the user that the service needs. All refusals happen here, before anything is changed.

find_user() {
  if [ "$scope" = user ]; then
    [ "${user:-$(id -un)}" = "$(id -un)" ] || misused '--user cannot be combined with --user-unit'
    user=$(id -un)
  fi
  user=${user:-${SUDO_USER:-}}
  [ -n "$user" ] || die 'the service needs a user whose login it uses: pass --user NAME (sudo provides it)'
  home=$(getent passwd "$user" | cut -d: -f6) || true
  [ -n "$home" ] || die "user ${user@Q} does not exist"
  if [ "$home" = / ] || [ ! -d "$home" ]; then die "user $user has no home folder, where the CLI keeps its login"; fi
}

find_node() {
  local candidate
  for candidate in "$node" "$(command -v node || true)" "$home"/.nvm/versions/node/*/bin/node \
    "$home"/.local/share/fnm/node-versions/*/installation/bin/node "$home"/.volta/tools/image/node/*/bin/node \
    "$home"/.local/bin/node /usr/local/bin/node; do
    [ -z "${requested_node:-}" ] || [ "$candidate" = "$node" ] || die "--node $requested_node is not Node 20.19 or later"
    is_program "$candidate" || continue
    # In a home or from a version manager, it may be a link into a folder that lasts for one shell only.
    case $candidate in "$home"/* | /run/*) candidate=$(realpath "$candidate") ;; esac
    is_node_new_enough "$candidate" && node=$candidate && return
  done
  die "no Node 20.19 or later found for user $user; install it (https://nodejs.org), or pass --node PATH"
}

is_node_new_enough() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

# The program that the configuration names, else that of the option or of the installation, else the first one found. The
# link is kept unresolved: the CLI updates itself by changing the link.
find_claude() {
  local candidate configured requested=${requested_claude:-}
  configured=$(configured_claude)
  if [ -n "$configured" ]; then
    [ "${requested:-$configured}" = "$configured" ] ||
      misused "--claude $requested has no effect: the configuration sets claude.path to $configured"
    is_program "$configured" || die "claude.path in the configuration is $configured, which is not an executable file; correct it"
    claude=$configured
  else
    for candidate in "$claude" "$home/.local/bin/claude" "$home/.claude/local/claude" "$home/.npm-global/bin/claude" \
      "$(dirname "$node")/claude" /usr/local/bin/claude /usr/bin/claude ''; do
      ! is_program "$candidate" || break
      [ -z "$requested" ] || die "--claude $requested is not an executable file"
    done
    [ -n "$candidate" ] ||
      die "no claude CLI found for user $user; install it as that user (https://claude.com/claude-code), or pass --claude PATH"
    claude=$candidate
  fi
  find_claude_version
}

is_program() {
  [ -f "$1" ] && [ -x "$1" ]
}

# Runs the CLI as the user of the service, since a file that is there may still not run; sets `claude_version`.
find_claude_version() {
  local text status=0
  text=$(cd / && as_service_user timeout --kill-after=1 8 "$claude" --version </dev/null 2>&1) || status=$?
  case $status in
    0) ;;
    124 | 137) die "the claude CLI does not answer: $claude --version took longer than 8 s" ;;
    *) die "the claude CLI does not run: $claude --version ended with $status${text:+: $(tail -n 1 <<<"$text" | cut -c1-200)}" ;;
  esac
  [[ $text =~ [0-9]+\.[0-9]+\.[0-9]+ ]] || die "$claude is not the claude CLI: its --version has no version: ${text:0:200}"
  claude_version=${BASH_REMATCH[0]}
}

# Paths are written into units, where spaces and percent signs have a special meaning.
check_paths() {
  local path
  for path in "$prefix" "$home" "$node" "$claude" "$config_folder"; do
    [[ $path =~ ^/[A-Za-z0-9._/@+-]*$ ]] || die "the path ${path@Q} must begin with / and contain only letters, digits and . _ / @ + -"
  done
  case $prefix/ in
    / | /usr/ | /etc/ | /home/ | "$home/") die "--prefix $prefix is used for other things; choose a separate folder" ;;
    /tmp/* | /var/tmp/*) die "--prefix $prefix is temporary, and the service has its own /tmp; choose another folder" ;;
  esac
}

check_listen() {
  can_listen "$1" 0 || misused "--host ${1@Q} is not an address of this machine"
  [[ $2 =~ ^[1-9][0-9]{0,4}$ && $2 -le 65535 ]] || misused "--port ${2@Q} is not a port"
}

# Names are refused: systemd listens before they can be resolved.
can_listen() {
  "$node" -e '
    const { isIP, createServer } = require("node:net");
    const [host, port] = process.argv.slice(1);
    if (!isIP(host)) process.exit(1);
    createServer().once("error", () => process.exit(1)).listen({ host, port }, () => process.exit(0));' "$1" "$2"
}
