#!/bin/sh
# What the container runs, and its command `claude-harness`. As root, as on Unraid, it first becomes PUID:PGID; otherwise it
# only gives the program what it needs to know: the tokens of its clients, and that of the plan.
set -eu

access=${HARNESS_ACCESS_FOLDER:-/access}
secrets=${HARNESS_SECRETS_FOLDER:-/run/secrets}

become_unprivileged() {
  uid=${PUID:-1000}
  gid=${PGID:-1000}
  if [ "$uid" = 0 ]; then
    echo 'PUID=0 is root, which the service must not be; set PUID to the id of another user' >&2
    exit 78
  fi
  for folder in "$CLAUDE_CONFIG_DIR" "$STATE_DIRECTORY" "$access"; do
    [ "$(stat -c %u:%g "$folder")" = "$uid:$gid" ] || chown -R "$uid:$gid" "$folder"
  done
  # Without what is in it, which may be large, and is its owner's.
  [ "$(stat -c %u:%g /workspace)" = "$uid:$gid" ] || chown "$uid:$gid" /workspace
  exec setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs "$0" "$@"
}

# Other containers reach this one, so that nobody is served here without a token. Where the owner has configured none, two
# are made once: the owner's own, and one that may only look, for a Prometheus.
require_tokens() {
  [ -z "${CLAUDE_HARNESS_SERVER__TOKENS:-}" ] || return 0
  # What is wrong with the configuration, the service itself will say.
  [ "$(node "$program" config --host 127.0.0.1 get server.tokens 2>/dev/null || echo '[]')" = '[]' ] || return 0
  make_token owner 600
  make_token viewer 640
  CLAUDE_HARNESS_SERVER__TOKENS="[{hash: $(hash_of owner), name: owner, role: owner}, {hash: $(hash_of viewer), name: viewer, role: viewer}]"
  export CLAUDE_HARNESS_SERVER__TOKENS
}

# make_token NAME MODE: unless there is one; of two that start together, one makes it.
make_token() {
  file=$access/$1-token
  [ ! -s "$file" ] || return 0
  new=$file.$$
  (umask 077 && printf 'ch_%s\n' "$(head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n')" >"$new")
  chmod "$2" "$new"
  ln "$new" "$file" 2>/dev/null || [ -s "$file" ]
  rm -f "$new"
}

hash_of() {
  printf 'sha256:%s' "$(tr -d '\n' <"$access/$1-token" | sha256sum | cut -d' ' -f1)"
}

# A secret that was not given is an empty file.
find_plan_token() {
  [ -s "$secrets/claude-token" ] || return 0
  if [ ! -r "$secrets/claude-token" ]; then
    echo "the secret claude-token can't be read by user $(id -u); make its file readable by that user" >&2
    exit 78
  fi
  export CREDENTIALS_DIRECTORY="$secrets"
}

if [ "$(id -u)" = 0 ]; then become_unprivileged "$@"; fi

program=/opt/claude-harness/dist/main.js
umask 077
# Where to listen is said in one way: the address of the image gives way to a list, which the program reads itself.
if [ -n "${CLAUDE_HARNESS_SERVER__LISTEN:-}" ]; then
  unset CLAUDE_HARNESS_SERVER__HOST CLAUDE_HARNESS_SERVER__PORT
else
  export HARNESS_URL="${HARNESS_URL:-http://127.0.0.1:$CLAUDE_HARNESS_SERVER__PORT}"
fi
# Asked often, and needs neither where it is told the address.
if [ "${1:-}" != health ] || [ -z "${HARNESS_URL:-}" ]; then
  find_plan_token
  require_tokens
fi
# For commands that ask the service.
if [ -z "${HARNESS_TOKEN:-}" ] && [ -r "$access/owner-token" ]; then
  HARNESS_TOKEN=$(cat "$access/owner-token")
  export HARNESS_TOKEN
fi
exec node "$program" "$@"
