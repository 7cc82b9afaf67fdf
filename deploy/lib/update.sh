# shellcheck shell=bash

help_update() {
  cat <<'END'
manage.sh update [FOLDER] [--pull]

Builds FOLDER (default: the checkout that the service was installed from) beside the running build, switches to it, and
restarts; no request is refused meanwhile. The new build checks the configuration first. If it does not come up, the
previous one is restored. Otherwise the previous one is kept for rollback.

  --pull       update the checkout first (git pull --ff-only); after a failure it is put back to its commit
  -n, --dry-run
               show every step without changing anything
  --user-unit  the installation of the calling user
END
}

help_rollback() {
  cat <<'END'
manage.sh rollback

Switches back to the build before the last update and restarts. A second rollback undoes the first.

  --user-unit  the installation of the calling user
END
}

verb_update() {
  local rest pull=false folder='' kept=()
  common_options "$@"
  set -- "${rest[@]}"
  while [ $# -gt 0 ]; do
    case $1 in
      --pull) pull=true ;;
      --dry-run) dry_run=true && kept+=(--dry-run) ;;
      -*) no_more_arguments "$1" ;;
      *)
        [ -z "$folder" ] || no_more_arguments "$1"
        folder=$1
        ;;
    esac
    shift
  done
  load_installed
  need_root update
  [ "$scope" = system ] || kept+=(--user-unit)
  source_folder=$(realpath -m "${folder:-$source_folder}")
  check_source
  say "Updating $(linked current) from $source_folder"
  if $pull; then pull_and_update; else update_to_checkout; fi
}

# The script of what was pulled goes on, in a process of its own: this one takes the checkout back when that fails.
pull_and_update() {
  local before status=0
  if $dry_run; then
    step "git pull in $source_folder" true
    update_to_checkout
    return
  fi
  before=$(as_owner git rev-parse HEAD) || die "$source_folder is not a git checkout; leave out --pull"
  begin_work
  on_failure put_checkout_back "$before"
  step "git pull in $source_folder" as_owner git pull --ff-only
  "$source_folder/manage.sh" update "${kept[@]}" "$source_folder" || status=$?
  [ "$status" = 0 ] || exit "$status"
  end_work
}

# Keeps what the owner has changed and not committed.
put_checkout_back() {
  as_owner git reset --quiet --keep "$1" && say "  $source_folder is back at commit ${1:0:7}"
}

update_to_checkout() {
  exec_its_own_script
  check_prerequisites
  listen=$(listen_of_unit)
  begin_work
  step "build in $source_folder" build
  step "copy the build under $prefix/releases" make_release
  switch_to_release
  $dry_run || remove_old_releases
}

# Each release is installed by its own script, which knows its own units.
exec_its_own_script() {
  [ "$here" != "$source_folder" ] || return 0
  exec "$source_folder/manage.sh" update "${kept[@]}" "$source_folder"
}

verb_rollback() {
  local rest
  common_options "$@"
  no_more_arguments "${rest[@]}"
  load_installed
  need_root rollback
  release=$(linked previous)
  if [ -z "$release" ] || [ ! -d "$prefix/releases/$release" ]; then die 'there is no previous build'; fi
  listen=$(listen_of_unit)
  begin_work
  switch_to_release
}

switch_to_release() {
  is_new=false
  readiness=
  if ! $dry_run && [ "$(linked current)" = "$release" ]; then
    say "$release is already running"
    end_work
    return
  fi
  step 'check the configuration' check_configuration "$prefix/releases/$release"
  on_failure restore_service
  step "link $prefix/current to ${release:-the build}" switch_current
  step "update $unit_folder/$socket and $service" apply_units
  step "write $(command_file)" apply_command
  step 'restart: running turns finish, new requests wait' start_units
  step 'wait until it serves' require_service
  if has_agents; then step 'restart the agents' try_agents; fi
  end_work
  $dry_run || say "$release is running (${readiness/ready/ready to serve}); $(manage_command rollback) goes back to $(linked previous)"
}
