# shellcheck shell=bash

help_login() {
  cat <<'END'
manage.sh login [--login NAME | --token | --forget-token]

Logs in the claude CLI as the user of the service: it shows an address to open in any browser, and asks for the code
shown there. The service detects the new login by itself.

  --login NAME    the login of that name in claude.logins, where the service has several; otherwise the CLI's own
  --token         store a token from `claude setup-token`, which is valid for a year, in a file that only root can read;
                  the token is prompted for or read from standard input, and never shown
  --forget-token  remove the stored token and use the CLI's own login again
END
}

verb_login() {
  local rest
  common_options "$@"
  load_installed
  case ${rest[*]} in
    --token) store_token ;;
    --forget-token) forget_token ;;
    '--login '*) log_in_by_name "${rest[@]:1}" ;;
    '') log_in ;;
    *) no_more_arguments "${rest[0]}" ;;
  esac
}

log_in() {
  [ "$(id -un)" = "$user" ] || need_root login
  if [ -e "$(token_file)" ]; then
    die 'a token is stored and takes precedence over any login; manage.sh login --forget-token removes it'
  fi
  (cd "$home" && as_service_user "$claude" auth login)
  say 'Logged in. Waiting for the service to detect it …'
  wait_until_ready
}

# The program knows the folder of the login from the configuration.
log_in_by_name() {
  [ $# = 1 ] || no_more_arguments "$2"
  [ "$(id -un)" = "$user" ] || need_root login
  (cd "$home" && as_service_user "$node" "$prefix/current/dist/main.js" login --login "$1" --config "$config_folder/harness.yaml")
  say "Logged in ($1). The service detects it within half a minute."
}

# While logged out, the service asks the CLI every 30 seconds.
wait_until_ready() {
  local tries
  for ((tries = 0; tries < 40; tries += 1)); do
    look_at_readiness
    if [ "$readiness" = ready ]; then
      say 'The service is ready.'
      return
    fi
    sleep 1
  done
  die "the service is not ready: ${readiness_message:-it gives no answer}"
}

store_token() {
  need_root 'login --token'
  local token=''
  if [ -t 0 ]; then printf 'Token from claude setup-token (hidden): ' >&2; fi
  IFS= read -rs token || true
  if [ -t 0 ]; then echo >&2; fi
  [[ $token =~ ^sk-ant-oat[0-9]+-[A-Za-z0-9_-]{16,}$ ]] ||
    die 'this is not a token from claude setup-token, which begins with sk-ant-oat; nothing was stored'
  begin_login_change
  (
    umask 077
    printf '{"token":"%s","stored_at":"%s"}\n' "$token" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$(token_file).new"
  )
  mv "$(token_file).new" "$(token_file)"
  apply_login_change
  say "The token is stored in $(token_file) ($readiness)."
}

forget_token() {
  need_root 'login --forget-token'
  if [ ! -e "$(token_file)" ]; then
    say 'No token is stored.'
    return
  fi
  begin_login_change
  rm "$(token_file)"
  apply_login_change
  say "The token is removed ($readiness)."
}

# The service is restored last, since it reads the token when it starts.
begin_login_change() {
  begin_work
  on_failure restore_service
  back_up_token_file
}

back_up_token_file() {
  local file
  file=$(token_file)
  if [ ! -e "$file" ]; then
    on_failure rm -f "$file" "$file.new"
    return
  fi
  on_failure mv "$file.before" "$file"
  cp -p "$file" "$file.before"
}

# The unit names the credential only while it exists, since systemd does not start a service whose credential is missing.
apply_login_change() {
  listen=$(listen_of_unit)
  is_new=true
  apply_units
  bring_up || { explain_failure && return 1; }
  require_service
  end_work
  rm -f "$(token_file).before"
}
