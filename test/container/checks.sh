#!/usr/bin/env bash
# What the image must do, with the real CLI in it and the stand-in for the API. run.sh sets PROJECT, WORK (a folder for
# everything), and ROOTFS. Each check starts where the previous one left the container.
set -euo pipefail

# shellcheck source=test/support/shell-checks.sh
. "${BASH_SOURCE[0]%/*}/../support/shell-checks.sh"
# shellcheck source=test/container/container.sh
. "${BASH_SOURCE[0]%/*}/container.sh"
# shellcheck source=test/container/files.sh
. "${BASH_SOURCE[0]%/*}/files.sh"

it_says_what_it_is() {
  local image version
  image=$(<"$WORK/image.json")
  version=$(node -p 'require(process.argv[1]).version' "$PROJECT/package.json")
  expect "$image" "\"org.opencontainers.image.version\": \"$version\""
  expect "$image" '"org.opencontainers.image.revision": "abc1234"'
  expect "$image" '"StopSignal": "SIGTERM"'
  expect "$image" '"User": "harness"'
  expect "$(in_image health_check)" 'claude-harness health'
  [ "$(grep ^harness: "$ROOTFS/etc/passwd" | cut -d: -f3,4)" = 1000:1000 ]
}

it_is_small() {
  local all cli packed
  all=$(du -sm --apparent-size "$ROOTFS" | cut -f1)
  cli=$(du -sm --apparent-size "$ROOTFS/opt/claude" | cut -f1)
  packed=$(($(tar -C "$ROOTFS" -cf - . | gzip -1 | wc -c) / 1000000))
  echo "$all MB, of which the CLI $cli MB; as it is transferred $packed MB" | tee "$WORK/size"
  ((all - cli < 200 && packed < 450))
  # What runs elsewhere, or builds.
  [ "$(ls "$ROOTFS/opt/claude-harness/node_modules")" = "$(printf '%s\n' @photostructure node-addon-api node-gyp-build)" ]
  [ "$(find "$ROOTFS/opt/claude-harness/node_modules/@photostructure/sqlite/prebuilds" -mindepth 1 -maxdepth 1 | wc -l)" = 1 ]
  [ ! -e "$ROOTFS/usr/bin/npm" ]
}

nothing_of_this_machine_is_in_it() {
  never grep -rIlF "$(npm config get registry)" "$ROOTFS/opt/claude-harness" "$ROOTFS/etc"
  [ ! -e "$ROOTFS/root/.npmrc" ]
}

it_serves_as_a_user_with_a_read_only_root() {
  start
  eventually --for 60 is_ready
  [ "$(stat -c %u "/proc/$(pid_of_service)")" = 1000 ]
  expect "$(cat "/proc/$(pid_of_service)/status")" $'CapEff:\t0000000000000000'
  expect "$(failure_of inside touch /opt/claude-harness/x)" 'Read-only file system'
  never inside touch /home/harness/x
}

nobody_is_served_without_a_token() {
  expect "$(HARNESS_TOKEN=none chat)" 'HTTP/1.1 401'
  expect "$(HARNESS_TOKEN=$(token viewer) ask DELETE /v1/turns/none)" 'HTTP/1.1 403'
  [ "$(stat -c '%a %u' "$(volume access)/owner-token")" = '600 1000' ]
  [ "$(stat -c '%a %g' "$(volume access)/viewer-token")" = '640 1000' ]
}

it_answers_whole_and_streamed() {
  expect "$(chat)" '"finish_reason":"stop"'
  expect "$(stream 'Answer.')" 'data: [DONE]'
  # The token of the plan was the secret.
  expect "$(<"$WORK/stand-in.log")" sk-ant-oat01-made-up-for-this
}

its_health_is_that_of_the_service() {
  health
  kill -STOP "$(pid_of_service)"
  never health
  kill -CONT "$(pid_of_service)"
  eventually health
}

commands_inside_ask_the_service() {
  expect "$(inside claude-harness status)" 'ready     yes'
  expect "$(inside claude-harness usage)" requests
  expect "$(inside claude-harness doctor)" 'login: '
  # shellcheck disable=SC2016
  expect "$(failure_of inside claude-harness login)" 'make a new token with `claude setup-token`'
}

it_reads_its_configuration_again() {
  local process
  process=$(pid_of_service)
  printf 'models:\n  aliases: {house-model: haiku}\n' >>"$(volume harness.yaml)"
  crun kill "$name" HUP
  eventually knows_the_new_name
  [ "$(pid_of_service)" = "$process" ]
}

knows_the_new_name() {
  [[ $(ask GET /v1/models) == *'"house-model"'* ]]
}

a_stop_lets_a_turn_finish() {
  stream 'Slowly, please.' >"$WORK/streamed" &
  local client=$!
  eventually grep -q '"content":"' "$WORK/streamed"
  stop
  wait "$client"
  expect "$(<"$WORK/streamed")" 'data: [DONE]'
  [ "$(exit_code)" = 0 ]
}

another_start_finds_what_was_kept() {
  local before id
  start
  eventually --for 60 is_ready
  before=$(token owner)
  id=$(respond | sed -nE 's/.*"id":"(resp_[^"]+)".*/\1/p' | head -n 1)
  stop
  [ "$(exit_code)" = 0 ]
  start
  eventually --for 60 is_ready
  [ "$(token owner)" = "$before" ]
  echo "$id" >"$WORK/response"
  expect "$(ask GET "/v1/responses/$id")" "$id"
}

a_backup_can_be_restored() {
  local id
  id=$(<"$WORK/response")
  stop
  run_once tar -C / -cz login state access >"$WORK/backup.tgz"
  make_volumes
  start
  eventually --for 60 is_ready
  expect "$(ask GET "/v1/responses/$id")" 'HTTP/1.1 404'
  stop
  make_volumes
  run_once tar -C / -xz <"$WORK/backup.tgz"
  start
  eventually --for 60 is_ready
  expect "$(ask GET "/v1/responses/$id")" "$id"
  stop
}

without_a_login_it_is_healthy_and_says_what_to_do() {
  : >"$(volume secrets)/claude-token"
  start
  eventually --for 60 lacks_login
  expect "$(readiness)" 'docker compose run --rm claude-harness login'
  health
  stop
  plan_token >"$(volume secrets)/claude-token"
}

without_the_cli_it_is_unhealthy() {
  start env=CLAUDE_HARNESS_CLAUDE__PATH=/nowhere/claude
  eventually --for 60 lacks_the_cli
  expect "$(failure_of health)" 'The claude CLI is not found'
  stop
}

started_as_root_it_becomes_another_user() {
  make_volumes
  chown -R 0:0 "$(volume login)" "$(volume state)" "$(volume access)" "$(volume workspace)"
  start user=0 env=PUID=99 env=PGID=100
  eventually --for 60 is_ready
  [ "$(stat -c %u:%g "/proc/$(pid_of_service)")" = 99:100 ]
  expect "$(cat "/proc/$(pid_of_service)/status")" $'CapEff:\t0000000000000000'
  [ "$(stat -c %u:%g "$(volume state)/state.db")" = 99:100 ]
  health
  expect "$(chat)" '"finish_reason":"stop"'
  stop
  start user=0 env=PUID=0
  eventually is_over
  [ "$(exit_code)" = 78 ]
}

ip link set lo up
# crun wants the newer kind, which it then leaves alone.
mount -t cgroup2 cgroup2 /sys/fs/cgroup
trap clean_up EXIT
make_volumes
start_stand_in
check_files
check 'the image says what it is' it_says_what_it_is
check 'it is small' it_is_small
sed 's/^/       /' "$WORK/size"
check 'nothing of this machine is in it' nothing_of_this_machine_is_in_it
check 'it serves as an unprivileged user, with a read-only root' it_serves_as_a_user_with_a_read_only_root
check 'nobody is served without a token' nobody_is_served_without_a_token
check 'it answers whole and streamed, through the real CLI' it_answers_whole_and_streamed
check 'its health is that of the service' its_health_is_that_of_the_service
check 'commands inside ask the service' commands_inside_ask_the_service
check 'it reads its configuration again when it is told to' it_reads_its_configuration_again
check 'a stop lets a running turn finish' a_stop_lets_a_turn_finish
check 'another start finds what was kept' another_start_finds_what_was_kept
check 'a backup can be restored' a_backup_can_be_restored
check 'without a login it is healthy, and says what to do' without_a_login_it_is_healthy_and_says_what_to_do
check 'without the CLI it is unhealthy' without_the_cli_it_is_unhealthy
check 'started as root it becomes another user' started_as_root_it_becomes_another_user
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
