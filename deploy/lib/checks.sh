# shellcheck shell=bash
# Checks of the service: as a client, and of what it needs.

help_test() {
  cat <<'END'
manage.sh test

Checks the running service as a client would: health, ready, models, and two small chats, which count against the plan.
Prints a line for each; exits 1 if one fails. If the service requires a token, set HARNESS_TOKEN.
END
}

help_doctor() {
  cat <<'END'
manage.sh doctor [--turn]

Checks everything that a turn needs, as the user of the service. --turn also runs a real turn, which counts against the
plan. Exits 1 if there is a problem.
END
}

verb_test() {
  local rest
  common_options "$@"
  no_more_arguments "${rest[@]}"
  load_installed
  run_smoke
}

run_smoke() {
  program smoke --config "$(readable_config)" --url "$(service_url)"
}

needs_token() {
  [[ $(ask_service /v1/models) == 401\ * ]]
}

verb_doctor() {
  local rest turn=() address place as=as_service_user
  common_options "$@"
  if [ "${rest[*]}" = --turn ]; then turn=(--turn); else no_more_arguments "${rest[@]}"; fi
  load_installed
  [ "$(id -un)" = "$user" ] || need_root doctor
  if [ -e "$(token_file)" ]; then
    need_root doctor
    as=as_service_user_with_token
  fi
  address=$(service_url)
  place=(--set "server.listen=['$address']")
  if [[ $address == http://* ]]; then
    address=${address#http://}
    place=(--host "$(host_of "$address")" --port "${address##*:}")
  fi
  (cd / && "$as" env "STATE_DIRECTORY=$state_folder" "$node" "$prefix/current/dist/main.js" doctor \
    --config "$config_folder/harness.yaml" "${place[@]}" "${turn[@]}")
}
