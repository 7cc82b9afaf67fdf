# shellcheck shell=bash
# Shared by the checks: the machine they run on, requests to the service, and the count of results.

readonly owner=owner
readonly checkout=/srv/claude-harness
readonly prefix=/opt/claude-harness
# shellcheck disable=SC2034
readonly state_dir=/var/lib/claude-harness
readonly url=http://127.0.0.1:8013
readonly credentials=/home/$owner/.claude/.credentials.json
# shellcheck disable=SC2034
readonly remedy="sudo $prefix/current/manage.sh login"
# shellcheck source=test/support/shell-checks.sh
. "${BASH_SOURCE[0]%/*}/../support/shell-checks.sh"

explain_failure() {
  journalctl --unit claude-harness --no-pager --lines 20 --output cat | cut -c1-300 | sed 's/^/       journal: /'
}

# A user with the CLI in their home, as its installer puts it there, and with a checkout that they have built.
prepare_machine() {
  local program=/home/$owner/.local/share/claude/versions/under-test
  useradd --create-home "$owner"
  mkdir -p "$checkout/node_modules" "${program%/*}" "/home/$owner/.local/bin"
  tar -C "${project:?}" --exclude=./node_modules --exclude=./.git -cf - . | tar -C "$checkout" -xf -
  touch "$program"
  ln -s ../share/claude/versions/under-test "/home/$owner/.local/bin/claude"
  chown -R "$owner:" "$checkout" "/home/$owner"
  # Too large to be copied.
  mount --bind "$project/node_modules" "$checkout/node_modules"
  mount --bind "$project"/node_modules/@anthropic-ai/claude-code-linux-*/claude "$program"
  # As sudo does.
  export SUDO_USER=$owner
  unset HARNESS_TOKEN
  start_stand_in
}

start_stand_in() {
  systemd-run --quiet --unit stand-in --working-directory "$project" node --import tsx test/systemd/stand-in.ts 8099
  eventually curl --silent --output /dev/null http://127.0.0.1:8099
  mkdir -p /etc/claude-harness
  printf 'claude:\n  env:\n    ANTHROPIC_BASE_URL: http://127.0.0.1:8099\n' >/etc/claude-harness/harness.yaml
}

manage() {
  "$checkout/manage.sh" "$@"
}

# log_in [TOKEN]: writes a login as the CLI does, atomically.
log_in() {
  local file=$credentials.new
  printf '{"claudeAiOauth":{"accessToken":"%s","refreshToken":"sk-ant-ort01-made-up","expiresAt":%s,"scopes":["user:inference"],"subscriptionType":"max"}}\n' \
    "${1:-sk-ant-oat01-made-up}" "$((($(date +%s) + 86400) * 1000))" >"$file"
  chown "$owner:" "$file"
  chmod 600 "$file"
  mv "$file" "$credentials"
}

log_out() {
  rm -f "$credentials"
}

property() {
  systemctl show --property="$1" --value "${2:-claude-harness.service}"
}

# drop_in SETTING: changes the unit until no_drop_in.
drop_in() {
  mkdir -p /run/systemd/system/claude-harness.service.d
  printf '[Service]\n%s\n' "$1" >/run/systemd/system/claude-harness.service.d/test.conf
  systemctl daemon-reload
}

no_drop_in() {
  rm -r /run/systemd/system/claude-harness.service.d
  systemctl daemon-reload
}

readiness() {
  curl --silent --max-time 20 "$url/ready"
}

is_ready() {
  [[ $(readiness) == *'"status":"ready"'* ]]
}

lacks_login() {
  [[ $(readiness) == *'"reason":"not_logged_in"'* ]]
}

# post URL BODY: prints the headers and the body of the answer.
post() {
  curl --silent --show-error --max-time 60 --include --header 'content-type: application/json' --data "$2" "$1"
}

chat() {
  post "${1:-$url}/v1/chat/completions" '{"model":"sonnet","messages":[{"role":"user","content":"Answer."}]}'
}

is_served() {
  expect "$(chat "$@")" '"finish_reason":"stop"'
}

# True when another process than the given one serves.
is_another_process() {
  local pid
  pid=$(property MainPID)
  [ "$pid" != 0 ] && [ "$pid" != "$1" ] && [ "$(property ActiveState)" = active ]
}

# Lists the files of the machine, with times and link targets.
list_files() {
  find /etc /opt /usr /var /home -xdev \( -path /var/log/journal -o -path "/home/$owner/.claude" -o -path "/home/$owner/.npm" \
    -o -path "/home/$owner/.local/state" -o -path "$state_dir/state.db*" \
    -o -path /var/lib/systemd -o -path /var/cache -o -path /var/tmp \) -prune -o \( -type d -printf '%p %m %u\n' -o -printf '%p %m %u %s %T@ %l\n' \) | sort
}

same_files() {
  diff <(echo "$1") <(list_files)
}
