#!/usr/bin/env bash
# Installs the project on a machine with its own systemd (in-systemd.sh), and checks that it works with the real CLI and
# the stand-in for the API. Each check starts where the previous one left the machine.
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
project=$(readlink -f "$here/../..")
# shellcheck source=test/systemd/support.sh
. "$here/support.sh"
# shellcheck source=test/systemd/agents.sh
. "$here/agents.sh"
# shellcheck source=test/systemd/packages.sh
. "$here/packages.sh"
# shellcheck source=test/systemd/instances.sh
. "$here/instances.sh"

a_dry_run_changes_nothing() {
  local before shown
  before=$(list_files)
  shown=$(manage install --dry-run)
  expect "$shown" "write /etc/systemd/system/claude-harness.socket (127.0.0.1:8013)"
  expect "$shown" 'start both'
  same_files "$before"
}

refusals_are_clear_and_change_nothing() {
  local before
  before=$(list_files)
  refuses 'needs root' runuser -u "$owner" -- "$checkout/manage.sh" install
  refuses 'unknown option' manage install --colour
  refuses 'needs a value' manage install --port
  refuses 'is not a port' manage install --port 99999
  refuses 'is not an address' manage install --host localhost
  refuses 'is not an address' manage install --host 192.0.2.1
  refuses "user 'nobody-here' does not exist" manage install --user nobody-here
  refuses 'did you mean install?' manage instal
  exits 2 manage instal
  exits 2 manage install --colour
  exits 3 manage status
  refuses 'is not an executable file' manage install --claude=/home/owner
  refuses '--node /bin is not Node' manage install --node /bin
  refuses '--version ended with 1' manage install --claude /bin/false
  refuses 'is not the claude CLI' manage install --claude /bin/true
  refuses 'is not installed' manage update
  refuses 'is not installed' manage status
  refuses 'has no home folder' manage install --user nobody
  node -e 'require("node:net").createServer().listen(8013, "127.0.0.1")' &
  local listener=$!
  sleep 0.5
  refuses '127.0.0.1:8013 is in use' manage install
  kill "$listener"
  same_files "$before"
}

refuses() {
  expect "$(failure_of "${@:2}")" "$1"
}

every_verb_has_help() {
  local verb
  for verb in install update rollback uninstall login status test doctor logs start stop restart reload register unregister; do
    expect "$(manage "$verb" --help)" "manage.sh $verb"
  done
}

a_failed_install_is_undone() {
  local before
  before=$(list_files)
  make_broken_build /srv/broken "$checkout"
  # systemd tries again all the time while the steps are undone, however short that is.
  drop_in $'RestartSec=0\n[Unit]\nStartLimitIntervalSec=0'
  goes_back /srv/broken/manage.sh install
  no_drop_in
  same_files "$before"
  # Nothing was started from a folder that had been removed.
  never expect_journal 'Cannot find module'
  [ "$(systemctl list-units --all --no-legend 'claude-harness*')" = '' ]
}

# goes_back COMMAND...: the service does not come up, and the steps are undone.
goes_back() {
  local text
  text=$(failure_of "$@")
  expect "$text" 'The service does not come up'
  expect "$text" 'Everything is as it was before'
}

# make_broken_build FOLDER FROM: a build that cannot start.
make_broken_build() {
  make_build "$1" "$2"
  echo 'process.exit(1);' >"$1/dist/main.js"
}

make_build() {
  mkdir -p "$1"
  tar -C "$2" -cf - dist package.json package-lock.json manage.sh deploy docs LICENSE | tar -C "$1" -xf -
  mkdir -p "$1/node_modules"
  # Not a link: npm would treat each package behind it as a project with its own tests.
  mountpoint --quiet "$1/node_modules" || mount --bind "$checkout/node_modules" "$1/node_modules"
}

installed_without_a_login() {
  local shown
  shown=$(manage install)
  expect "$shown" "One step is left, the login: $remedy"
  [ "$(property ActiveState)" = active ]
  eventually expect_remedy
  lacks_login
  expect "$(readiness)" "$remedy"
  expect "$(manage status || true)" "$remedy"
  expect "$(cat /etc/claude-harness/harness.yaml)" ANTHROPIC_BASE_URL
}

units_are_sound_and_sealed() {
  local said
  said=$(systemd-analyze verify /etc/systemd/system/claude-harness.{socket,service} 2>&1)
  [ -z "$said" ] || expect "$said" 'nothing'
  systemd-analyze security --no-pager --threshold=30 claude-harness.service | tail -n 1
  (($(property MemoryMax) < 2 ** 40 && $(property TasksMax) <= 4096))
}

the_home_is_hidden_but_for_the_login() {
  local pid seen path
  pid=$(property MainPID)
  echo secret >"/home/$owner/diary"
  seen=$(ls -A "/proc/$pid/root/home/$owner")
  expect "$seen" .claude
  [[ $seen != *diary* && $seen != *.bashrc* ]]
  nsenter --target "$pid" --mount setpriv --reuid "$owner" --clear-groups touch "/home/$owner/.claude/written"
  rm "/home/$owner/.claude/written" "/home/$owner/diary"
  for path in "/home/$owner/x" /var/lib/x "$prefix/x" /etc/x; do
    never nsenter --target "$pid" --mount setpriv --reuid "$owner" --clear-groups touch "$path"
  done
}

first_turn_after_a_login() {
  local pid
  pid=$(property MainPID)
  log_in
  is_served
  is_ready
  [ "$(property MainPID)" = "$pid" ]
  eventually expect_status ready
}

expect_status() {
  [ "$(property StatusText)" = "$1" ]
}

a_second_install_changes_nothing() {
  local before pid shown
  before=$(list_files)
  pid=$(property MainPID)
  shown=$(manage install)
  expect "$shown" 'ok      chat'
  expect "$shown" 'ok      stream'
  [ "$(property MainPID)" = "$pid" ]
  same_files "$before"
}

tools_of_the_owner() {
  expect "$(manage test)" 'ok      models'
  expect "$(manage status)" 'ready     yes'
  expect "$(runuser -u "$owner" -- "$checkout/manage.sh" status)" 'ready     yes'
  expect "$(manage doctor --turn)" 'ok      turn'
}

the_command_is_on_the_path() {
  expect "$(claude-harness --version)" "$(manage --version)"
  # Whoever may not read the configuration finds the service, too.
  expect "$(runuser -u nobody -- claude-harness status)" 'ready     yes'
  exits 2 claude-harness stauts
}

the_log_is_for_people() {
  local today errors
  today=$(manage logs --since today)
  errors=$(manage logs -e)
  expect "$today" 'info  listening on'
  [[ $today != *'"level"'* ]]
  expect "$errors" 'is not logged in'
  [[ $errors != *' info '* ]]
  [ "$(manage logs --json --lines=3 | wc -l)" -le 3 ]
  expect "$(manage logs --json)" '"level":"info"'
  exits 2 manage logs --lines many
  exits 2 manage logs --since yesteryear
  expect "$(failure_of runuser -u nobody -- "$checkout/manage.sh" logs -n5)" "sudo $prefix/current/manage.sh logs -n5"
}

# The program itself, as the installer of the CLI has linked it.
readonly cli=/home/$owner/.local/bin/claude

a_cli_that_does_not_start_costs_no_service() {
  local pid
  broken_cli crash $'#!/bin/sh\necho "no such library" >&2\nexit 3'
  systemctl restart claude-harness
  pid=$(property MainPID)
  eventually says_why cli_failing
  repair_cli
  eventually --for 40 is_ready
  is_served
  [ "$(property MainPID)" = "$pid" ]
  broken_cli half ''
  chmod -x "$cli"
  systemctl restart claude-harness
  eventually says_why cli_missing
  repair_cli
  eventually --for 40 is_ready
  # Not started yet, the CLI is asked for 20 s.
  broken_cli hang $'#!/bin/sh\nexec sleep 1000'
  systemctl --no-block restart claude-harness
  eventually --for 40 says_why cli_failing
  repair_cli
  eventually --for 60 is_ready
  [ "$(property NRestarts)" = 0 ]
}

# broken_cli NAME TEXT: puts a program in the place of the CLI until repair_cli, as half an update does.
broken_cli() {
  mv "$cli" "$cli.good"
  printf '%s\n' "$2" >"$cli"
  chmod +x "$cli"
}

repair_cli() {
  mv "$cli.good" "$cli"
}

# says_why REASON: the service is up, and says why it would not serve, and what to do.
says_why() {
  [[ $(readiness) == *"\"reason\":\"$1\""*'claude-harness doctor'* ]] && [ "$(systemctl is-active claude-harness.socket)" = active ]
}

a_home_that_comes_late_is_seen() {
  drop_in $'ExecStart=\n'"ExecStart=$(unit_command) --exit-without-cli 3s"
  mount -t tmpfs tmpfs "/home/$owner"
  systemctl restart claude-harness
  says_why cli_missing
  umount "/home/$owner"
  eventually is_ready
  is_served
  no_drop_in
  systemctl restart claude-harness
}

# The command line of the unit, without the option for the CLI.
unit_command() {
  sed -n 's/^ExecStart=\(.*\) --exit-without-cli .*/\1/p' /etc/systemd/system/claude-harness.service
}

journal_lines_are_json_with_the_request_id() {
  local id
  id=$(chat | tr -d '\r' | sed -n 's/^x-request-id: //Ip')
  [ -n "$id" ]
  eventually expect_journal "\"request_id\":\"$id\""
  journalctl --unit claude-harness --identifier node --output cat --no-pager | node -e '
    const lines = require("node:fs").readFileSync(0, "utf8").trim().split("\n");
    for (const line of lines) JSON.parse(line);
    if (lines.length < 3) throw new Error("so few lines");'
}

expect_journal() {
  # Not -q, which would exit before journalctl has written everything, and turn its failure into ours.
  journalctl --unit claude-harness --output cat --no-pager | grep -F -- "$1" >/dev/null
}

restarted_after_kill() {
  local pid
  pid=$(property MainPID)
  kill -KILL "$pid"
  eventually is_another_process "$pid"
  is_served
}

restarted_after_a_stall() {
  local pid
  # Long enough that a busy machine does not count as stalled.
  drop_in WatchdogSec=12
  systemctl restart claude-harness
  pid=$(property MainPID)
  # Without a stall, nothing happens.
  sleep 15
  [ "$(property MainPID)" = "$pid" ]
  kill -STOP "$pid"
  eventually --for 60 is_another_process "$pid"
  expect_journal 'Watchdog timeout'
  is_served
  no_drop_in
  systemctl restart claude-harness
}

restart_under_load_fails_no_request() {
  under_load systemctl restart claude-harness
}

# under_load COMMAND...: runs it while eight clients send requests, none of which may fail.
under_load() {
  local clients
  (cd "$project" && exec node --import tsx test/systemd/load.ts "$url" 8) >/tmp/load.log 2>&1 &
  clients=$!
  sleep 4
  "$@"
  sleep 2
  "$@"
  sleep 3
  kill "$clients"
  wait "$clients" || { cat /tmp/load.log && return 1; }
  cat /tmp/load.log
}

connections_wait_while_nobody_serves() {
  systemctl stop claude-harness.service
  # The connection itself starts the service.
  is_served
}

no_process_survives_stop() {
  local pids pid child
  is_served
  # What a tool of the CLI might leave: a process in its own session that ignores every signal but SIGKILL.
  setsid bash -c 'trap "" TERM HUP INT; while :; do sleep 1; done' </dev/null >/dev/null 2>&1 &
  child=$!
  echo "$child" >"/sys/fs/cgroup$(property ControlGroup)/cgroup.procs"
  pids=$(cat "/sys/fs/cgroup$(property ControlGroup)/cgroup.procs")
  [ "$(wc -l <<<"$pids")" -ge 4 ]
  manage stop
  for pid in $pids; do
    if [ -d "/proc/$pid" ] && ! grep -q '^State:.Z' "/proc/$pid/status"; then
      echo "still there: $(tr '\0' ' ' <"/proc/$pid/cmdline")" && return 1
    fi
  done
  never curl --silent "$url/health"
  exits 3 manage status
  expect "$(manage status || true)" "it is stopped; sudo $prefix/current/manage.sh start starts it"
  manage start
  is_served
}

a_boot_starts_it() {
  systemctl stop claude-harness.socket claude-harness.service
  # The targets that a boot reaches; each starts what is enabled for it.
  systemctl start sockets.target multi-user.target
  eventually is_ready
  [ "$(property ActiveState)" = active ]
}

a_disk_without_room_costs_only_what_is_kept() {
  local kept
  on_a_small_disk
  kept=$(respond_id)
  dd if=/dev/zero of=$state_dir/filler bs=64K 2>/dev/null || true
  # What the write-ahead log has room for still fits.
  eventually is_not_kept 'its disk is full; free some space'
  is_served
  is_still_kept "$kept"
  rm $state_dir/filler
  eventually is_kept
  no_small_disk
}

a_read_only_disk_costs_only_what_is_kept() {
  local kept
  on_a_small_disk
  kept=$(respond_id)
  # As a boot finds it: Linux refuses the remount while a file is open for writing.
  systemctl stop claude-harness.service
  mount -o remount,ro $state_dir
  is_served
  is_not_kept 'its disk is read-only; make it writable and restart the service'
  mount -o remount,rw $state_dir
  systemctl restart claude-harness
  eventually is_kept
  is_still_kept "$kept"
  no_small_disk
}

# Mounts a separate, small disk on the state directory, until no_small_disk.
on_a_small_disk() {
  systemctl stop claude-harness.service
  mount -t tmpfs -o "size=1M,mode=$(stat -c %a $state_dir),uid=$(id -u "$owner"),gid=$(id -g "$owner")" tmpfs $state_dir
  is_served
}

no_small_disk() {
  systemctl stop claude-harness.service
  umount $state_dir
  is_served
}

# Requests an answer that is to be stored.
respond() {
  post "$url/v1/responses" '{"model":"sonnet","input":"Answer."}'
}

# Prints the id of an answer.
respond_id() {
  respond | sed -n 's/.*"id":"\(resp_[^"]*\)".*/\1/p'
}

is_kept() {
  local answer
  answer=$(respond)
  expect "$answer" '"status":"completed"'
  [[ ${answer,,} != *x-claude-harness-warning* ]]
}

# is_not_kept WHY: the request is answered, but the answer is not stored.
is_not_kept() {
  local answer
  answer=$(respond)
  expect "$answer" '"status":"completed"'
  expect "$answer" 'could not be stored'
  expect_journal "$1"
}

is_still_kept() {
  expect "$(curl --silent "$url/v1/responses/$1")" '"status":"completed"'
}

running_turns_finish_at_a_restart() {
  # However short the unit's timeout is, the service extends it to what its configuration says.
  drop_in TimeoutStopSec=1
  systemctl restart claude-harness
  curl --silent --max-time 60 --header 'content-type: application/json' \
    --data '{"model":"sonnet","stream":true,"messages":[{"role":"user","content":"Answer very slowly."}]}' \
    "$url/v1/chat/completions" >/tmp/answer &
  eventually grep -q word /tmp/answer
  systemctl restart claude-harness
  wait $!
  expect "$(cat /tmp/answer)" 'word39'
  expect "$(cat /tmp/answer)" '[DONE]'
  no_drop_in
}

a_mistake_in_the_configuration_is_not_tried_again() {
  break_configuration
  systemctl stop claude-harness.service
  # A connection starts it, and another would once more.
  never curl --silent --max-time 5 "$url/ready"
  eventually is_closed
  [ "$(property ExecMainStatus)" = 78 ]
  [ "$(property NRestarts)" = 0 ]
  exits 3 manage status
  expect "$(manage status || true)" 'it has failed: its configuration is wrong'
  expect "$(manage logs --errors)" 'unknown key'
  exits 78 manage start
  repair_configuration
  expect "$(manage start)" 'is started and serves'
  expect "$(manage start)" 'is already running and serves'
  is_served
}

is_closed() {
  [ "$(property ActiveState)" = failed ] && [ "$(property ActiveState claude-harness.socket)" = inactive ]
}

break_configuration() {
  cp -p /etc/claude-harness/harness.yaml /tmp/harness.yaml
  echo 'colour: red' >>/etc/claude-harness/harness.yaml
}

repair_configuration() {
  cp -p /tmp/harness.yaml /etc/claude-harness/harness.yaml
}

a_mistake_in_the_configuration_stops_no_service() {
  local pid today
  pid=$(property MainPID)
  today=$(manage status | sed -n 's/^today *//p')
  break_configuration
  refuses 'harness.yaml:' manage restart
  exits 78 manage reload
  exits 78 manage update
  [ "$(property MainPID)" = "$pid" ]
  expect "$(manage status)" 'ready     yes'
  repair_configuration
  expect "$(manage restart)" 'is restarted and serves'
  [ "$(property MainPID)" != "$pid" ]
  # The day's requests are those of all starts.
  expect "$(manage status)" "today     $today"
}

a_reload_takes_what_can_change() {
  local pid said
  pid=$(property MainPID)
  cp -p /etc/claude-harness/harness.yaml /tmp/harness.yaml
  printf 'models:\n  aliases: {house-model: haiku}\npool:\n  max_warm: 3\n' >>/etc/claude-harness/harness.yaml
  said=$(manage reload)
  expect "$said" 'the configuration was taken, except what needs a restart keys=models.aliases needs_restart=pool.max_warm'
  expect "$said" 'has read its configuration and serves'
  expect "$(curl --silent "$url/v1/models")" '"house-model"'
  [ "$(property MainPID)" = "$pid" ]
  repair_configuration
  systemctl reload claude-harness
  eventually forgotten_alias
  echo 'colour: red' >>/etc/claude-harness/harness.yaml
  never systemctl reload claude-harness
  repair_configuration
  is_ready
  [ "$(property MainPID)" = "$pid" ]
}

forgotten_alias() {
  ! curl --silent "$url/v1/models" | grep --quiet '"house-model"'
}

the_variables_of_the_unit_count() {
  drop_in 'Environment="CLAUDE_HARNESS_COLOUR=dark red"'
  refuses 'CLAUDE_HARNESS_COLOUR' manage restart
  no_drop_in
  printf 'state:\n  path: %s/state.db\n' $state_dir >>/etc/claude-harness/harness.yaml
  # Not the path of another section.
  expect "$(manage install --dry-run)" "$cli ("
  repair_configuration
}

login_lost_and_regained() {
  local pid
  pid=$(property MainPID)
  log_out
  eventually lost_after_a_turn
  expect "$(readiness)" "$remedy"
  eventually expect_remedy
  log_in
  is_served
  is_ready
  [ "$(property MainPID)" = "$pid" ]
}

lost_after_a_turn() {
  chat >/dev/null
  lacks_login
}

expect_remedy() {
  [[ $(property StatusText) == *"$remedy"* ]]
}

login_refused_by_a_turn() {
  local before
  before=$(times_refused)
  log_in sk-ant-oat01-refused
  eventually lost_after_a_turn
  chat >/dev/null
  chat >/dev/null
  eventually expect_times_refused $((before + 1))
  log_in
  eventually is_served
  is_ready
}

times_refused() {
  journalctl --unit claude-harness --output cat --no-pager | grep -c 'refuses the login' || true
}

expect_times_refused() {
  [ "$(times_refused)" = "$1" ]
}

login_runs_the_cli_as_the_owner() {
  local program=/home/$owner/.local/bin/claude
  log_out
  systemctl restart claude-harness
  mv "$program" "$program.real"
  cat >"$program.new" <<END
#!/bin/sh
[ "\$1 \$2" = 'auth login' ] || exec $program.real "\$@"
id -un >/home/$owner/.claude/who
cat >\$CLAUDE_CONFIG_DIR/.credentials.json
END
  chmod 755 "$program.new"
  mv "$program.new" "$program"
  log_in
  mv "$credentials" /tmp/credentials
  expect "$(manage login </tmp/credentials)" 'The service is ready'
  [ "$(cat /home/$owner/.claude/who)" = "$owner" ]
  rm /home/$owner/.claude/who
  mv "$program.real" "$program"
  is_served
}

a_stored_token_is_the_login() {
  local token=sk-ant-oat01-stored-for-a-year
  log_out
  refuses 'nothing was stored' manage login --token <<<'sk-ant-api03-not-a-login'
  expect "$(manage login --token <<<"$token")" '(ready)'
  [ "$(stat -c '%a %U' /etc/claude-harness/claude-token)" = '600 root' ]
  is_served
  journalctl --unit stand-in --output cat --no-pager | tail -n 1 | grep -q "$token"
  never grep -r "$token" /etc/systemd "/home/$owner" "$prefix" /var/lib/claude-harness
  [[ $(journalctl --unit claude-harness --output cat --no-pager) != *"$token"* ]]
  never grep -q "$token" "/proc/$(property MainPID)/environ"
  expect "$(manage doctor --turn)" 'ok      turn'
  manage install >/dev/null
  is_served
  manage login --forget-token
  [ ! -e /etc/claude-harness/claude-token ]
  lacks_login
  log_in
  is_served
  systemd-analyze verify /etc/systemd/system/claude-harness.{socket,service}
}

a_failed_change_of_the_login_is_undone() {
  local token=sk-ant-oat01-stored-for-a-year
  manage login --token <<<"$token"
  # Comes up only with this token.
  drop_in "ExecStartPre=/bin/grep -q $token %d/claude-token"
  goes_back manage login --token <<<'sk-ant-oat01-stored-by-mistake'
  is_served
  goes_back manage login --forget-token
  is_served
  # The token was back before the service was started, which succeeded at once.
  [ "$(property NRestarts)" = 0 ]
  grep -q "$token" /etc/claude-harness/claude-token
  no_drop_in
  manage login --forget-token
}

an_old_token_is_noticed() {
  manage login --token <<<'sk-ant-oat01-stored-for-a-year'
  printf '{"token":"sk-ant-oat01-stored-for-a-year","stored_at":"%s"}\n' "$(date -u -d '-350 days' +%FT%TZ)" >/etc/claude-harness/claude-token
  manage restart
  expect "$(manage status)" 'ends in about 15 days'
  manage login --forget-token
}

another_port() {
  local command=/usr/local/bin/claude-harness
  mv "$command" /tmp/command
  echo '# of somebody else' >"$command"
  expect "$(manage install --port=8014)" "$command is not of this installation"
  expect "$(cat "$command")" 'of somebody else'
  mv /tmp/command "$command"
  is_served http://127.0.0.1:8014
  expect "$(manage status)" 'ready     yes'
  never curl --silent "$url/health"
  # The port is kept when no option is given.
  manage install >/dev/null
  is_served http://127.0.0.1:8014
  manage install --port 8013 >/dev/null
  is_served
}

several_addresses_are_served() {
  listens_also_on 'ListenStream=127.0.0.2:8014' 'ListenStream=/run/claude-harness.sock'
  is_served
  is_served http://127.0.0.2:8014
  expect "$(curl --silent --unix-socket /run/claude-harness.sock http://localhost/ready)" '"status":"ready"'
  # A socket alone is found by every verb.
  listens_also_on ListenStream= ListenStream=/run/claude-harness.sock
  never curl --silent "$url/health"
  expect "$(manage status)" 'ready     yes'
  expect "$(manage test)" 'ok      stream'
  expect "$(manage doctor)" 'a harness is serving at unix:/run/claude-harness.sock'
  expect "$(manage restart)" 'serves at unix:/run/claude-harness.sock'
  rm -r /run/systemd/system/claude-harness.socket.d
  systemctl daemon-reload
  manage stop
  manage start
  is_served
}

# listens_also_on SETTING...: changes the socket unit.
listens_also_on() {
  mkdir -p /run/systemd/system/claude-harness.socket.d
  printf '%s\n' '[Socket]' "$@" >/run/systemd/system/claude-harness.socket.d/test.conf
  systemctl daemon-reload
  manage stop
  manage start
}

a_tunnel_ends_with_the_service() {
  local file=/etc/claude-harness/harness.yaml
  cp -p "$file" /tmp/harness.yaml
  printf 'tunnel: {type: cloudflare}\n' >>"$file"
  expect "$(failure_of manage restart)" 'without an entry in server.tokens'
  printf 'server: {tokens: ["sha256:%064d"]}\n' 0 >>"$file"
  expect "$(failure_of manage restart)" 'expected cloudflared on the PATH'
  install -m 755 "$checkout/test/fixtures/tunnel/cloudflared" /usr/local/bin/cloudflared
  manage restart
  eventually expect_journal 'the service is public at https://made-up-'
  pgrep --full /usr/local/bin/cloudflared >/dev/null
  manage stop
  never pgrep --full /usr/local/bin/cloudflared
  mv /tmp/harness.yaml "$file"
  rm /usr/local/bin/cloudflared
  manage start
  is_served
}

an_address_for_others_needs_a_token() {
  refuses 'Everything is as it was before' manage install --host 0.0.0.0
  is_served
  expect "$(property Listen claude-harness.socket)" 127.0.0.1:8013
}

a_build_that_cannot_start_goes_back() {
  local current
  current=$(readlink "$prefix/current")
  goes_back manage update /srv/broken
  [ "$(readlink "$prefix/current")" = "$current" ]
  [ "$(find "$prefix/releases" -mindepth 1 -maxdepth 1 | wc -l)" = 1 ]
  is_served
}

a_pull_is_undone_with_its_update() {
  local before
  make_build /srv/pulled "$checkout"
  in_git init --quiet --initial-branch main
  echo node_modules >/srv/pulled/.git/info/exclude
  in_git add --all
  in_git commit --quiet --message first
  git clone --quiet --bare /srv/pulled /srv/upstream
  in_git remote add origin /srv/upstream
  in_git fetch --quiet
  in_git branch --quiet --set-upstream-to origin/main
  before=$(in_git rev-parse HEAD)
  echo 'process.exit(1);' >/srv/pulled/dist/main.js
  in_git commit --quiet --all --message second
  in_git push --quiet origin main
  in_git reset --quiet --hard "$before"
  goes_back manage update --pull /srv/pulled
  [ "$(in_git rev-parse HEAD)" = "$before" ]
  is_served
  umount /srv/pulled/node_modules
  rm -rf /srv/pulled /srv/upstream
}

in_git() {
  git -C /srv/pulled -c user.name=owner -c user.email=owner@localhost "$@"
}

update_and_rollback_under_load() {
  first=$(readlink "$prefix/current")
  make_build /srv/newer "$checkout"
  echo '// newer' >>/srv/newer/dist/main.js
  under_load update_or_rollback
  [ "$(readlink "$prefix/current")" = "$first" ]
  [ "$(readlink "$prefix/previous")" != "$first" ]
  [ "$(find "$prefix/releases" -mindepth 1 -maxdepth 1 | wc -l)" = 2 ]
}

update_or_rollback() {
  if [ "$(readlink "$prefix/current")" = "$first" ]; then manage update /srv/newer; else manage rollback; fi
}

into_a_router_and_out_again() {
  cp "$checkout/test/systemd/providers.yaml" /srv/providers.yaml
  manage register /srv/providers.yaml
  expect "$(cat /srv/providers.yaml)" "$url"
  manage unregister /srv/providers.yaml
  cmp "$checkout/test/systemd/providers.yaml" /srv/providers.yaml
  rm -f /srv/providers.yaml*
}

uninstall_keeps_what_the_owner_made() {
  manage uninstall
  [ ! -e "$prefix" ] && [ ! -e /etc/systemd/system/claude-harness.service ]
  [ -e /etc/claude-harness/harness.yaml ] && [ -e "$credentials" ]
  [ "$(systemctl list-units --all --no-legend 'claude-harness*')" = '' ]
  manage uninstall
}

install_from_a_fresh_state_and_purge() {
  local shown
  shown=$(manage install)
  expect "$shown" 'ok      stream'
  manage uninstall --purge
  umount /srv/{broken,newer}/node_modules
  rm -rf /srv/broken /srv/newer
  mkdir -p /etc/claude-harness
  mv /tmp/harness.yaml /etc/claude-harness/harness.yaml
  same_files "$files_before"
  rm -r /etc/claude-harness
}

the_default_configuration_serves() {
  manage install >/dev/null || true
  grep -q '^# Configuration of claude-harness' /etc/claude-harness/harness.yaml
  [ "$(stat -c '%a %U %G' /etc/claude-harness/harness.yaml)" = "640 root $owner" ]
  is_ready
  manage uninstall --purge
}

a_unit_of_one_user() {
  local shown
  loginctl enable-linger "$owner"
  eventually runuser -u "$owner" -- env "XDG_RUNTIME_DIR=/run/user/$(id -u "$owner")" systemctl --user show-environment >/dev/null
  runuser -u "$owner" -- mkdir -p "/home/$owner/.config/claude-harness"
  printf 'claude:\n  env:\n    ANTHROPIC_BASE_URL: http://127.0.0.1:8099\n' >"/home/$owner/.config/claude-harness/harness.yaml"
  shown=$(as_owner install --user-unit)
  expect "$shown" 'ok      stream'
  expect "$(as_owner status)" 'ready     yes'
  as_owner restart
  as_owner login --token <<<'sk-ant-oat01-stored-for-a-year'
  is_served
  as_owner login --forget-token
  as_owner update
  as_owner uninstall --user-unit --purge
  [ "$(find "/home/$owner" -name 'claude-harness*' -not -path '*/.npm/*' -not -path '*/.claude/*')" = '' ]
  never curl --silent "$url/health"
}

as_owner() {
  runuser -u "$owner" -- env "HOME=/home/$owner" "$checkout/manage.sh" "$@"
}

main() {
  prepare_machine
  check 'a dry run shows every step and changes nothing' a_dry_run_changes_nothing
  runuser -u "$owner" -- sh -c "cd $checkout && node scripts/build-if-needed.mjs"
  files_before=$(list_files)
  check 'every verb has its help' every_verb_has_help
  check 'refusals are clear and change nothing' refusals_are_clear_and_change_nothing
  check 'a failed install is undone' a_failed_install_is_undone
  check 'installed without a login: active, and the remedy is shown' installed_without_a_login
  check 'systemd finds no fault in the units, and at most 3.0 exposure' units_are_sound_and_sealed
  check 'of the home only the login is there' the_home_is_hidden_but_for_the_login
  check 'the first turn after a login is served without a restart' first_turn_after_a_login
  check 'a second install changes nothing, and tries the service' a_second_install_changes_nothing
  check 'status, test and doctor show what they should' tools_of_the_owner
  check 'claude-harness is on the PATH' the_command_is_on_the_path
  check 'logs are for people, or JSON, and say what they need' the_log_is_for_people
  check 'journal lines are JSON with the request id' journal_lines_are_json_with_the_request_id
  check 'kill -9 is followed by a restart' restarted_after_kill
  check 'a stalled event loop is followed by a restart' restarted_after_a_stall
  check 'a full disk costs only what is to be kept' a_disk_without_room_costs_only_what_is_kept
  check 'a read-only disk costs only what is to be kept' a_read_only_disk_costs_only_what_is_kept
  check 'running turns finish at a restart' running_turns_finish_at_a_restart
  check 'restarts under load from 8 clients fail no request' restart_under_load_fails_no_request
  check 'a connection starts a service that is not running' connections_wait_while_nobody_serves
  check 'no process survives stop' no_process_survives_stop
  check 'a boot starts it' a_boot_starts_it
  check 'a CLI that does not start costs no service, and heals' a_cli_that_does_not_start_costs_no_service
  check 'a home that comes late is seen' a_home_that_comes_late_is_seen
  check 'a mistake in the configuration is said once' a_mistake_in_the_configuration_is_not_tried_again
  check 'a mistake in the configuration stops no running service' a_mistake_in_the_configuration_stops_no_service
  check 'a reload takes what can change, and says what has to wait' a_reload_takes_what_can_change
  check 'the configuration is read as the unit reads it' the_variables_of_the_unit_count
  check 'a login is lost and regained' login_lost_and_regained
  check 'a login that a turn finds refused is said once' login_refused_by_a_turn
  check 'login runs the CLI as the user of the service' login_runs_the_cli_as_the_owner
  check 'a stored token is the login, and is nowhere to be seen' a_stored_token_is_the_login
  check 'a failed change of the login is undone' a_failed_change_of_the_login_is_undone
  check 'a token that ends soon is noticed' an_old_token_is_noticed
  check 'the port is changed in one place, and no command of others is touched' another_port
  check 'several addresses are served, and a Unix socket alone is found' several_addresses_are_served
  check 'a tunnel is refused without a token, and ends with the service' a_tunnel_ends_with_the_service
  check 'an address for others needs a token' an_address_for_others_needs_a_token
  check 'update to a build that cannot start goes back by itself' a_build_that_cannot_start_goes_back
  check 'update --pull to a build that cannot start puts the checkout back' a_pull_is_undone_with_its_update
  check 'update and rollback under load fail no request' update_and_rollback_under_load
  check 'a package without its checksum is refused' a_package_without_its_checksum_is_refused
  check 'update from a package' an_update_from_a_package
  check 'update from a package that does not start goes back' a_package_that_does_not_start_goes_back
  check 'update from npm, with its configuration checked first' an_update_from_npm
  check 'a global installation is what update takes' a_global_installation_is_the_source
  check 'back to a build of the checkout' back_to_the_checkout
  check 'two instances beside each other' two_instances_beside_each_other
  check 'status lists all instances' status_lists_all_instances
  check 'an instance is updated alone, or all of them' an_instance_is_updated_alone
  check 'all instances are updated from a package' all_instances_are_updated_from_a_package
  check 'an instance has an entry of its own in a router' an_instance_has_a_router_entry_of_its_own
  check 'agents do not see another instance' agents_do_not_see_another_instance
  check 'one instance is uninstalled, and the other goes on' one_is_uninstalled_and_the_other_goes_on
  check 'agents have a unit of their own' agents_have_a_unit_of_their_own
  check 'an agent works in its folder' an_agent_works_in_its_folder
  check 'an agent sees nothing else' an_agent_sees_nothing_else
  check 'nothing of an agent outlives its session' nothing_of_an_agent_outlives_its_session
  check 'a killed service of agents comes back' a_killed_service_of_agents_comes_back
  check 'without agents their unit goes' without_agents_their_unit_goes
  check 'into a router and out again' into_a_router_and_out_again
  check 'uninstall keeps configuration and login' uninstall_keeps_what_the_owner_made
  check 'uninstall --purge leaves nothing' install_from_a_fresh_state_and_purge
  check 'the default configuration serves' the_default_configuration_serves
  check 'a unit of one user, without root' a_unit_of_one_user
  check 'an instance of one user' an_instance_of_one_user
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then main; fi
