# shellcheck shell=bash

help_login() {
  cat <<'END'
manage.sh login [--token | --forget-token]

Logs the claude CLI in as the user of the service: it shows an address to open in any browser, and asks for the code
from there. The service sees the new login by itself.

  --token         store a token of `claude setup-token`, which lasts a year, in a file that only root can read; it is
                  asked for, or read from standard input, and shown nowhere
  --forget-token  remove the stored token; the CLI's own login counts again
  --user-unit     the installation of the calling user
END
}

verb_login() {
  local rest
  common_options "$@"
  load_installed
  case ${rest[*]} in
    --token) store_token ;;
    --forget-token) forget_token ;;
    '') log_in ;;
    *) no_more_arguments "${rest[0]}" ;;
  esac
}

log_in() {
  [ "$(id -un)" = "$user" ] || need_root login
  if [ -e "$(token_file)" ]; then
    die "a token is stored, and counts before any login; manage.sh login --forget-token removes it"
  fi
  (cd "$home" && as_service_user "$claude" auth login)
  say 'Logged in. Waiting for the service to see it …'
  wait_until_ready
}

# While logged out the service asks the CLI every 30 seconds.
wait_until_ready() {
  local tries
  for ((tries = 0; tries < 40; tries += 1)); do
    readiness=$(ask_ready)
    if [ "$readiness" = ready ]; then
      say 'The service is ready.'
      return
    fi
    sleep 1
  done
  die "the service is not ready (${readiness:-no answer}); ./manage.sh status says why"
}

store_token() {
  need_root 'login --token'
  local token=''
  if [ -t 0 ]; then printf 'Token of claude setup-token (not shown): ' >&2; fi
  IFS= read -rs token || true
  if [ -t 0 ]; then echo >&2; fi
  [[ $token =~ ^sk-ant-oat[0-9]+-[A-Za-z0-9_-]{16,}$ ]] ||
    die 'that is no token of claude setup-token: those begin with sk-ant-oat; nothing was stored'
  begin_work
  keep_token_file
  (
    umask 077
    printf '{"token":"%s","stored_at":"%s"}\n' "$token" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$(token_file).new"
  )
  mv "$(token_file).new" "$(token_file)"
  take_login_change
  say "The token is stored in $(token_file) ($readiness)."
}

forget_token() {
  need_root 'login --forget-token'
  if [ ! -e "$(token_file)" ]; then
    say 'No token is stored.'
    return
  fi
  begin_work
  keep_token_file
  rm "$(token_file)"
  take_login_change
  say "The token is removed ($readiness)."
}

keep_token_file() {
  local file
  file=$(token_file)
  if [ ! -e "$file" ]; then
    on_failure rm -f "$file" "$file.new"
    return
  fi
  on_failure mv "$file.before" "$file"
  cp -p "$file" "$file.before"
}

# The unit names the credential only while there is one, since systemd starts no service whose credential is missing.
take_login_change() {
  listen=$(listen_of_unit)
  is_new=true
  on_failure restore_service
  apply_units
  bring_up
  require_service
  end_work
  rm -f "$(token_file).before"
}
