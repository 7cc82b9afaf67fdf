# shellcheck shell=bash
# The checks of agents: their unit, what they see, and what is left of them.

readonly config=/etc/claude-harness/harness.yaml

agents_have_a_unit_of_their_own() {
  local shown said
  # A sandbox has a /proc of its own, which the kernel allows only where nothing of this one is hidden.
  umount --lazy /proc/sys
  mkdir -p /srv/documents /srv/photos /srv/other
  chown "${owner:?}:" /srv/documents /srv/photos /srv/other
  cp "$config" /tmp/harness.yaml.before
  cat >>"$config" <<'END'
agents:
  tidy:
    model: sonnet
    workspaces: [{ path: /srv/documents, mode: rw }, /srv/photos]
    tools: [bash]
    permissions: { bash: always_allow }
  loose:
    model: sonnet
    workspaces: [{ path: /srv/documents, mode: rw }]
    tools: [bash]
    permissions: { bash: always_allow }
    sandbox: off
END
  shown=$(manage install)
  expect "$shown" 'start the agents'
  said=$(systemd-analyze verify /etc/systemd/system/claude-harness-agents.{socket,service} 2>&1)
  [ -z "$said" ] || expect "$said" 'nothing'
  systemd-analyze security --no-pager --threshold=40 claude-harness-agents.service | tail -n 1
  # The chat's own is as sealed as without them.
  systemd-analyze security --no-pager --threshold=30 claude-harness.service | tail -n 1
  [ "$(stat -c '%U %a' /run/claude-harness-agents.sock)" = "$owner 600" ]
}

# run_agent AGENT COMMAND: has it run a command; prints what that prints, and the session's id on the first line.
run_agent() {
  claude-harness agent run "$1" "Run: $2" --url "${url:?}" </dev/null | sed --unbuffered '/^\[bash\] /d'
}

an_agent_works_in_its_folder() {
  expect "$(run_agent tidy 'id -un; touch made')" "$owner"
  [ "$(stat -c %U /srv/documents/made)" = "$owner" ]
  is_served
}

an_agent_sees_nothing_else() {
  local path
  echo secret >/srv/other/diary
  for path in /srv/other/diary "${credentials:?}" "$config" "${state_dir:?}/state.db" /var/lib/claude-harness-agents/state.db; do
    expect "$path $(run_agent tidy "grep --quiet --binary-files=text . $path 2>/dev/null && echo seen || echo hidden")" hidden
  done
  for path in /srv/photos /srv/other "/home/$owner" /etc /var/lib; do
    expect "$path $(run_agent tidy "touch $path/x && echo written || echo refused")" refused
  done
  # What is no sandbox still is a unit.
  for path in /srv/other/diary "$state_dir/state.db" "/home/$owner/.bashrc"; do
    expect "$path $(run_agent loose "grep --quiet --binary-files=text . $path 2>/dev/null && echo seen || echo hidden")" hidden
  done
}

nothing_of_an_agent_outlives_its_session() {
  local shown id
  shown=$(run_agent loose 'setsid env -i /bin/sleep 7007 >/dev/null 2>&1 & sleep 0.3; echo started')
  expect "$shown" started
  pgrep -f '^/bin/sleep 7007'
  id=$(sed -n 's/^session //p' <<<"$shown")
  claude-harness sessions rm "$id" --url "$url"
  never pgrep -f '^/bin/sleep 7007'
}

a_killed_service_of_agents_comes_back() {
  local id pid
  (run_agent loose 'sleep 60' >/tmp/agent.log 2>&1 || true) &
  eventually pgrep -f '^sleep 60'
  id=$(sed -n 's/^session //p' /tmp/agent.log)
  pid=$(property MainPID claude-harness-agents.service)
  kill -KILL "$pid"
  eventually --for 40 expect_in_session "$id" 'restarted'
  eventually never pgrep -f '^sleep 60'
  expect "$(claude-harness sessions resume "$id" 'Run: echo again' --url "$url" </dev/null)" again
  wait
}

# expect_in_session ID TEXT
expect_in_session() {
  [[ $(claude-harness sessions show "$1" --url "$url" 2>&1) == *"$2"* ]]
}

without_agents_their_unit_goes() {
  cp /tmp/harness.yaml.before "$config"
  manage install
  [ ! -e /etc/systemd/system/claude-harness-agents.service ]
  [ ! -e /etc/systemd/system/claude-harness-agents.socket ]
  [ "$(systemctl list-units --all --no-legend 'claude-harness-agents*')" = '' ]
  is_served
}
