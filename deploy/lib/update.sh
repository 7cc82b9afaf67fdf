# shellcheck shell=bash

help_update() {
  cat <<'END'
manage.sh update [FOLDER] [--pull]

Builds FOLDER (default: the checkout that the service was installed from) beside what runs, switches, and restarts; no
request is refused meanwhile. When the new build does not come up, the one before serves again. It is kept for rollback.

  --pull       fetch the newest state of the checkout first (git pull --ff-only)
  --dry-run    show every step and change nothing
  --user-unit  the installation of the calling user
END
}

help_rollback() {
  cat <<'END'
manage.sh rollback

Switches back to the build before the last update, and restarts. A second rollback undoes the first.

  --user-unit  the installation of the calling user
END
}

verb_update() {
  local rest pull=false folder='' arguments=("$@")
  common_options "$@"
  set -- "${rest[@]}"
  while [ $# -gt 0 ]; do
    case $1 in
      --pull) pull=true ;;
      --dry-run) dry_run=true ;;
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
  source_folder=$(realpath -m "${folder:-$source_folder}")
  check_source
  if $pull; then step "git pull in $source_folder" as_owner git pull --ff-only; fi
  use_its_own_script "${arguments[@]}"
  check_everything
  listen=$(listen_of_unit)
  begin_work
  step "build in $source_folder" build
  step "copy the build under $prefix/releases" make_release
  switch_to_release
  $dry_run || remove_old_releases
}

# A release is put in place by its own script, which knows its own units.
use_its_own_script() {
  [ "$here" != "$source_folder" ] || return 0
  local again=() argument
  for argument in "$@"; do
    case $argument in --pull | "$folder") ;; *) again+=("$argument") ;; esac
  done
  exec "$source_folder/manage.sh" update "${again[@]}" "$source_folder"
}

verb_rollback() {
  local rest
  common_options "$@"
  no_more_arguments "${rest[@]}"
  load_installed
  need_root rollback
  release=$(linked previous)
  if [ -z "$release" ] || [ ! -d "$prefix/releases/$release" ]; then die 'there is no build before this one'; fi
  listen=$(listen_of_unit)
  begin_work
  switch_to_release
}

switch_to_release() {
  is_new=false
  readiness=
  if ! $dry_run && [ "$(linked current)" = "$release" ]; then
    say "$release is what runs already"
    end_work
    return
  fi
  on_failure restore_service
  step "let $prefix/current lead to ${release:-the build}" make_current
  step "bring $unit_folder/$socket and $service up to date" apply_units
  step 'restart' start_units
  step 'wait until it serves' require_service
  end_work
  $dry_run || say "$release serves${readiness:+ ($readiness)}"
}
