# shellcheck shell=bash
# The checks of two instances beside each other: the default one, at the usual address, and one with a name.

readonly kitchen=http://127.0.0.1:8014
readonly kitchen_login=/home/${owner:?}/.claude-harness-instances/kitchen/.credentials.json

configure_kitchen() {
  local file=/etc/claude-harness-instances/kitchen/harness.yaml
  mkdir -p "${file%/*}"
  printf 'claude:\n  env:\n    ANTHROPIC_BASE_URL: http://127.0.0.1:8099\n' >"$file"
}

install_kitchen() {
  local shown
  configure_kitchen
  refuses 'is not the name of an instance' manage install --name Kitchen
  exits 2 manage install --name
  exits 2 manage status --name a/b
  refuses 'claude-harness@kitchen is not installed' manage restart --name kitchen
  refuses 'pass another --port' manage install --name kitchen
  shown=$(manage install --name kitchen --port 8014)
  expect "$shown" "manage.sh login --name kitchen"
  systemd-analyze verify /etc/systemd/system/claude-harness@kitchen.{socket,service}
}

two_instances_beside_each_other() {
  local id before
  before=$(property MainPID)
  install_kitchen
  expect "$(manage status --name kitchen || true)" 'login --name kitchen'
  # The login of one is not the other's.
  is_ready
  log_in_at "$kitchen_login"
  eventually --for 60 is_served "$kitchen"
  is_served
  id=$(post "$kitchen/v1/responses" '{"model":"sonnet","input":"Answer."}' | sed -n 's/.*"id":"\(resp_[^"]*\)".*/\1/p')
  expect "$(curl --silent "$kitchen/v1/responses/$id")" '"status":"completed"'
  expect "$(curl --silent "${url:?}/v1/responses/$id")" 'not_found'
  [ -e /var/lib/claude-harness-instances/kitchen/state/state.db ]
  [ "$(stat -c '%U %a' /var/lib/claude-harness-instances/kitchen/state)" = "$owner 700" ]
  [ "$(property MainPID)" = "$before" ]
  expect "$(claude-harness@kitchen status)" 'ready     yes'
  expect "$(claude-harness@kitchen service status)" 'ready     yes'
}

an_instance_of_one_user() {
  local file=/home/$owner/.config/claude-harness-instances/kitchen/harness.yaml
  runuser -u "$owner" -- mkdir -p "${file%/*}" "${kitchen_login%/*}"
  cp "/tmp/kitchen.yaml" "$file"
  log_in_at "$kitchen_login"
  expect "$(as_owner install --user-unit --name kitchen --port 8014)" 'ok      stream'
  [ -e "/home/$owner/.local/state/claude-harness-instances/kitchen/state.db" ]
  [ ! -e "/home/$owner/.local/state/claude-harness" ]
  expect "$(as_owner status)" 'kitchen '
  expect "$(as_owner restart --name kitchen)" 'claude-harness@kitchen is restarted and serves'
  expect "$(as_owner update --all)" '== kitchen'
  is_served "$kitchen"
  as_owner uninstall --name kitchen --purge
  rm -r "/home/$owner/.claude-harness-instances"
  [ "$(find "/home/$owner" -name '*claude-harness*' -not -path '*/.npm/*' -not -path '*/.claude/*')" = '' ]
}

# log_in_at FILE: writes a login as the CLI does.
log_in_at() {
  install -m 600 -o "$owner" -g "$owner" "${credentials:?}" "$1"
}

status_lists_all_instances() {
  local shown
  shown=$(manage status)
  expect "$shown" 'INSTANCE'
  grep -qE '^default +active \(running\) +127\.0\.0\.1:8013 .* yes$' <<<"$shown"
  grep -qE '^kitchen +active \(running\) +127\.0\.0\.1:8014 .* yes$' <<<"$shown"
  expect "$(manage status --name default)" 'ready     yes'
  expect "$(HARNESS_NAME=kitchen manage status)" 'ready     yes'
  manage stop --name kitchen
  exits 3 manage status
  grep -qE '^kitchen +inactive .* no: it is inactive$' <<<"$(manage status || true)"
  never curl --silent "$kitchen/health"
  is_served
  # Its port is still its own.
  refuses 'port 8014 is that of claude-harness@kitchen' manage install --port 8014
  manage start --name kitchen
  is_served "$kitchen"
}

an_instance_is_updated_alone() {
  local before current
  before=$(property MainPID)
  current=$(readlink "${prefix:?}/current")
  make_build /srv/newer "${checkout:?}"
  echo '// newer for one' >>/srv/newer/dist/main.js
  manage update --name kitchen /srv/newer
  is_served "$kitchen"
  [ "$(property MainPID)" = "$before" ]
  [ "$(readlink "$prefix/current")" = "$current" ]
  [ "$(readlink /opt/claude-harness-instances/kitchen/current)" != "$current" ]
  goes_back manage update --name kitchen /srv/broken
  is_served "$kitchen"
  expect "$(manage update --all /srv/newer)" '== kitchen'
  [ "$(readlink "$prefix/current")" = "$(readlink /opt/claude-harness-instances/kitchen/current)" ]
  is_served
  manage rollback
  [ "$(readlink "$prefix/current")" = "$current" ]
}

all_instances_are_updated_from_a_package() {
  local package=${packages:?}/claude-harness-0.9.1.tgz broken=$packages/claude-harness-0.9.3.tgz text
  make_packages
  update_from "$package" --sha256 "$(sum_of "$package")" --all
  expect "$(claude-harness --version)" 0.9.1
  expect "$(claude-harness@kitchen --version)" 0.9.1
  text=$(failure_of update_from "$broken" --sha256 "$(sum_of "$broken")" --all)
  expect "$text" '== default'
  # What fails for one is tried for the next.
  expect "$text" '== kitchen'
  expect "$(claude-harness@kitchen --version)" 0.9.1
  is_served
  is_served "$kitchen"
  back_to_the_checkout
}

an_instance_has_a_router_entry_of_its_own() {
  cp "$checkout/test/systemd/providers.yaml" /srv/providers.yaml
  manage register /srv/providers.yaml
  manage register /srv/providers.yaml --name kitchen
  expect "$(cat /srv/providers.yaml)" 'claude-harness-kitchen'
  expect "$(cat /srv/providers.yaml)" "$kitchen"
  expect "$(cat /srv/providers.yaml)" "$url"
  manage unregister /srv/providers.yaml --name kitchen
  never grep -q "$kitchen" /srv/providers.yaml
  expect "$(cat /srv/providers.yaml)" "$url"
  manage register /srv/providers.yaml --name kitchen --provider pantry
  expect "$(cat /srv/providers.yaml)" 'pantry'
  manage unregister /srv/providers.yaml --name kitchen --provider pantry
  manage unregister /srv/providers.yaml
  cmp "$checkout/test/systemd/providers.yaml" /srv/providers.yaml
  rm -f /srv/providers.yaml*
}

agents_do_not_see_another_instance() {
  local path pid
  cp /etc/claude-harness-instances/kitchen/harness.yaml /tmp/kitchen.yaml
  mkdir -p /srv/kitchen
  chown "$owner:" /srv/kitchen
  cat >>/etc/claude-harness-instances/kitchen/harness.yaml <<'END'
agents:
  cook:
    model: sonnet
    workspaces: [{ path: /srv/kitchen, mode: rw }]
    tools: [bash]
    permissions: { bash: always_allow }
    sandbox: off
END
  manage install --name kitchen
  [ "$(stat -c '%U %a' /run/claude-harness-agents@kitchen.sock)" = "$owner 600" ]
  pid=$(property MainPID claude-harness-agents@kitchen.service)
  for path in "${state_dir:?}" /var/lib/claude-harness-instances/kitchen/state /etc/claude-harness/harness.yaml "$credentials"; do
    never nsenter --target "$pid" --mount setpriv --reuid "$owner" --clear-groups ls "$path"/
  done
  nsenter --target "$pid" --mount setpriv --reuid "$owner" --clear-groups ls /var/lib/claude-harness-instances/kitchen/agents
  expect "$(nsenter --target "$pid" --mount ls /etc/claude-harness-instances)" kitchen
  cp /tmp/kitchen.yaml /etc/claude-harness-instances/kitchen/harness.yaml
  manage install --name kitchen
  [ ! -e /etc/systemd/system/claude-harness-agents@kitchen.service ]
}

one_is_uninstalled_and_the_other_goes_on() {
  local before
  before=$(property MainPID)
  manage uninstall --name kitchen
  never curl --silent "$kitchen/health"
  [ -e /etc/claude-harness-instances/kitchen/harness.yaml ]
  [ ! -e /opt/claude-harness-instances ]
  manage uninstall --purge --name kitchen
  [ -e "$kitchen_login" ]
  rm -r "/home/$owner/.claude-harness-instances"
  [ "$(find / -xdev -path /proc -prune -o -path /srv -prune -o -path /tmp -prune -o -name '*claude-harness*instances*' -print -o -name '*@kitchen*' -print)" = '' ]
  [ "$(property MainPID)" = "$before" ]
  is_served
  expect "$(manage status)" 'ready     yes'
  # The other way round.
  configure_kitchen
  manage install --name kitchen --port 8014
  manage uninstall
  log_in_at "$kitchen_login"
  eventually --for 60 is_served "$kitchen"
  manage uninstall --purge --name kitchen
  rm -r "/home/$owner/.claude-harness-instances"
  manage install
  is_served
}
