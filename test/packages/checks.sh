#!/usr/bin/env bash
# Installs, upgrades and purges the Debian package, and then that of npm, on a machine with its own systemd, with the real CLI and the stand-in for the API.
# Each check starts where the previous one left the machine. run.sh sets PROJECT, and WORK with the packages.
set -euo pipefail

# shellcheck source=test/support/shell-checks.sh
. "${BASH_SOURCE[0]%/*}/../support/shell-checks.sh"

readonly url=http://127.0.0.1:8013
readonly config=/etc/claude-harness/harness.yaml
readonly credentials=/var/lib/claude-login/.claude/.credentials.json

explain_failure() {
  journalctl --unit claude-harness --no-pager --lines 20 --output cat | cut -c1-300 | sed 's/^/       journal: /'
}

prepare_machine() {
  # Images of machines without an init forbid packages to start what is theirs.
  rm -f /usr/sbin/policy-rc.d
  touch /usr/local/bin/claude
  mount --bind "$PROJECT"/node_modules/@anthropic-ai/claude-code-linux-*/claude /usr/local/bin/claude
  systemd-run --quiet --unit stand-in --working-directory "$PROJECT" node --import tsx test/systemd/stand-in.ts 8099
  eventually curl --silent --output /dev/null http://127.0.0.1:8099
}

# deb FOLDER: the package in it for this machine.
deb() {
  printf '%s\n' "$WORK/$1"/*_"$(dpkg --print-architecture)".deb
}

respond() {
  curl --silent --max-time 60 --include --header 'content-type: application/json' --data '{"model":"sonnet","input":"Answer."}' "$url/v1/responses"
}

configure() {
  mkdir -p "${config%/*}"
  printf 'claude:\n  env:\n    ANTHROPIC_BASE_URL: http://127.0.0.1:8099\n' >"$config"
}

# log_in USER FILE: writes a login as the CLI does.
log_in() {
  printf '{"claudeAiOauth":{"accessToken":"sk-ant-oat01-made-up","refreshToken":"sk-ant-ort01-made-up","expiresAt":%s,"scopes":["user:inference"],"subscriptionType":"max"}}\n' \
    "$((($(date +%s) + 86400) * 1000))" | install -m 600 -o "$1" -g "$1" /dev/stdin "$2"
}

is_ready() {
  [[ $(curl --silent --max-time 20 "$url/ready") == *'"status":"ready"'* ]]
}

main_pid() {
  systemctl show --property=MainPID --value claude-harness.service
}

it_is_the_same_to_the_byte() {
  cmp "$(deb new)" "$(deb again)"
}

lintian_finds_no_errors() {
  lintian --allow-root --fail-on error "$(deb new)"
}

each_kind_of_machine_has_its_own_code() {
  local arch name
  for arch in amd64:x64 arm64:arm64; do
    name=$WORK/${arch%:*}/claude-harness_0.9.1_${arch%:*}.deb
    [ "$(dpkg-deb --field "$name" Architecture)" = "${arch%:*}" ]
    dpkg-deb --contents "$name" >"$WORK/contents"
    [ "$(grep -c '\.node$' "$WORK/contents")" = 1 ]
    grep -q "prebuilds/linux-${arch#*:}/.*glibc\.node$" "$WORK/contents"
  done
  never grep -E 'manage\.sh|root/root .* \./opt/' "$WORK/contents"
}

installed_it_waits_for_one_command() {
  local said
  said=$(DEBIAN_FRONTEND=noninteractive dpkg --install "$(deb old)" 2>&1)
  expect "$said" 'Next: sudo systemctl enable --now claude-harness.socket claude-harness.service'
  [ "$(systemctl is-enabled claude-harness.socket || true)" = disabled ]
  [ "$(systemctl is-active claude-harness.service || true)" = inactive ]
  [ "$(stat -c '%a %U:%G' "$config")" = '640 root:claude-harness' ]
  [ "$(stat -c '%a %U' "${credentials%/*}")" = '700 claude-harness' ]
  expect "$(claude-harness --version)" 0.9.0
  expect "$(failure_of claude-harness service status)" 'Debian package'
  expect "$(failure_of claude-harness service update)" 'sudo apt-get install'
}

units_are_sound_and_sealed() {
  [ -z "$(systemd-analyze verify /lib/systemd/system/claude-harness.{socket,service} 2>&1)" ]
}

enabled_it_serves() {
  configure
  systemctl --quiet enable --now claude-harness.socket claude-harness.service
  systemd-analyze security --no-pager --threshold=30 claude-harness.service | tail -n 1
  eventually --for 60 lacks_login
  expect "$(curl --silent "$url/ready")" 'sudo claude-harness login'
  log_in claude-harness "$credentials"
  eventually --for 60 is_ready
  respond >"$WORK/answer"
  grep -q '"status":"completed"' "$WORK/answer"
  [ "$(stat -c %U "/proc/$(main_pid)")" = claude-harness ]
  expect "$(claude-harness status)" 'ready     yes'
  expect "$(claude-harness doctor)" 'login: '
}

lacks_login() {
  [[ $(curl --silent --max-time 20 "$url/ready") == *'"reason":"not_logged_in"'* ]]
}

an_upgrade_keeps_everything() {
  local before id
  before=$(main_pid)
  echo '# of the owner' >>"$config"
  DEBIAN_FRONTEND=noninteractive dpkg --install "$(deb new)"
  eventually --for 60 is_ready
  [ "$(main_pid)" != "$before" ]
  expect "$(claude-harness --version)" 0.9.1
  expect "$(curl --silent "$url/health")" '"version":"0.9.1'
  grep -qx '# of the owner' "$config"
  id=$(sed -nE 's/.*"id":"(resp_[^"]+)".*/\1/p' "$WORK/answer")
  expect "$(curl --silent "$url/v1/responses/$id")" "$id"
  expect "$(respond)" '"status":"completed"'
}

a_token_can_be_handed_over() {
  echo sk-ant-oat01-made-up-and-stored | install -m 600 /dev/stdin /etc/claude-harness/claude-token
  mkdir -p /etc/systemd/system/claude-harness.service.d
  printf '[Service]\nLoadCredential=claude-token:/etc/claude-harness/claude-token\n' >/etc/systemd/system/claude-harness.service.d/token.conf
  systemctl daemon-reload
  systemctl restart claude-harness
  eventually --for 60 is_ready
  expect "$(respond)" '"status":"completed"'
  expect "$(journalctl --unit stand-in --output cat)" sk-ant-oat01-made-up-and-stored
  rm -r /etc/systemd/system/claude-harness.service.d
  systemctl daemon-reload
}

removed_it_keeps_what_is_the_owners() {
  dpkg --remove claude-harness
  never curl --silent --output /dev/null "$url/health"
  grep -qx '# of the owner' "$config"
  [ -e /var/lib/claude-harness/state.db ]
  [ -e "$credentials" ]
  [ -z "$(find /etc/systemd/system -name 'claude-harness*')" ]
}

purged_it_leaves_nothing() {
  dpkg --purge claude-harness
  [ -z "$(find /etc /usr /lib /var/lib -xdev -path /var/lib/systemd -prune -o -name '*claude-harness*' -print -o -path /var/lib/claude-login -print)" ]
}

the_npm_package_installs_itself() {
  local said
  useradd --create-home owner
  install -d -m 700 -o owner -g owner /home/owner/.claude
  log_in owner /home/owner/.claude/.credentials.json
  configure
  said=$(SUDO_USER=owner "$WORK/npm/bin/claude-harness" service install)
  expect "$said" "serves at $url/v1"
  expect "$(respond)" '"status":"completed"'
  expect "$("$WORK/npm/bin/claude-harness" service status)" 'ready     yes'
  "$WORK/npm/bin/claude-harness" service uninstall --purge
  [ ! -e /opt/claude-harness ]
}

prepare_machine
check 'it is the same to the byte for the same sources' it_is_the_same_to_the_byte
check 'lintian finds no errors' lintian_finds_no_errors
check 'each kind of machine has its own code' each_kind_of_machine_has_its_own_code
check 'installed, it enables nothing and says the next command' installed_it_waits_for_one_command
check 'its units are sound' units_are_sound_and_sealed
check 'enabled, it serves as its own user' enabled_it_serves
check 'an upgrade keeps configuration, login and state' an_upgrade_keeps_everything
check 'a token can be handed over' a_token_can_be_handed_over
check "removed, it keeps what is the owner's" removed_it_keeps_what_is_the_owners
check 'purged, it leaves nothing' purged_it_leaves_nothing
check 'the package of npm installs itself as a service' the_npm_package_installs_itself
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
