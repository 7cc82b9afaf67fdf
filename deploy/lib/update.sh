# shellcheck shell=bash

help_update() {
  cat <<'END'
manage.sh update [FOLDER] [--pull]
manage.sh update --from FILE.tgz|URL|npm[@VERSION] [--sha256 HEX]
manage.sh update --all [OPTION]...

Builds FOLDER (default: what the service was installed from), or gets a package, beside the running build, switches to
it, and restarts; no request is refused meanwhile. The new build checks the configuration first. If it does not come up,
the previous one is restored. Otherwise the previous one is kept for rollback.

  --pull       update the checkout first (git pull --ff-only); after a failure it is put back to its commit
  --from PACKAGE
               a package made by `npm pack`: a file, its address, or npm, where the newest or that version is taken
  --sha256 HEX the checksum of the file; without it, that in FILE.sha256 beside it, which `sha256sum` makes
  --all        all instances of this machine, one after the other; one that fails keeps no other from it
  -n, --dry-run
               show every step without changing anything
END
}

help_rollback() {
  cat <<'END'
manage.sh rollback

Switches back to the build before the last update and restarts. A second rollback undoes the first.
END
}

verb_update() {
  local rest value pull=false all=false folder='' from='' sha256='' kept=()
  common_options "$@"
  set -- "${rest[@]}"
  while [ $# -gt 0 ]; do
    case $1 in
      --pull) pull=true ;;
      --all) all=true ;;
      --from | --sha256)
        # Not in a list, where `set -e` would not see a missing value.
        value=$(value_of "$@")
        if [ "$1" = --from ]; then from=$value; else sha256=$value; fi
        shift
        ;;
      --dry-run) dry_run=true && kept+=(--dry-run) ;;
      -*) no_more_arguments "$1" ;;
      *)
        [ -z "$folder" ] || no_more_arguments "$1"
        folder=$1
        ;;
    esac
    shift
  done
  [ -z "$sha256" ] || [ -n "$from" ] || misused '--sha256 is for --from'
  if $all; then load_first_instance; else load_installed; fi
  need_root update
  [ "$scope" = system ] || kept+=(--user-unit)
  if $all && [ -z "$from" ]; then
    ! $pull || kept+=(--pull)
    update_all "$here/manage.sh" ${folder:+"$folder"}
  fi
  choose_source
  if [ -n "$from" ]; then
    update_from_package
    return
  fi
  say "Updating $(linked current) from ${HARNESS_PACKAGE_SOURCE:-$source_folder}"
  if $pull; then pull_and_update; else update_to_checkout; fi
}

# Sets `from` to a package or `source_folder` to a folder: what was asked for, else what the installation came from.
choose_source() {
  if [ -n "$from" ]; then
    if $pull || [ -n "$folder" ]; then misused '--from takes a package, without a folder and --pull'; fi
    case $from in npm | npm@* | http:* | https:*) ;; *) from=$(realpath -m "$from") ;; esac
    return
  fi
  case ${folder:-$source_folder} in
    npm | npm@*) from=npm && return ;;
    /*) [ -n "$folder" ] || [ -d "$source_folder" ] || explain_source ;;
    *) [ -n "$folder" ] || explain_source ;;
  esac
  source_folder=$(realpath -m "${folder:-$source_folder}")
  check_source
}

# A file or an address has no newer content, and another one has another checksum.
explain_source() {
  die "${service%.service} was installed from $source_folder; pass --from with a newer package, or a FOLDER"
}

# The package's own script installs it.
update_from_package() {
  local staging='' package status=0
  step "get $from, verify and unpack it" stage_package
  if $dry_run; then
    say '- switch to it, as update FOLDER does'
    say 'Nothing was changed.'
    return
  fi
  package=$staging/lib/node_modules/claude-harness
  # Without what may be secret of an address, since everybody can read units.
  export HARNESS_PACKAGE_SOURCE=${from%%\?*}
  ! $all || update_all "$package/manage.sh" "$package"
  "$package/manage.sh" update "${kept[@]}" ${instance:+--name "$instance"} "$package" || status=$?
  exit "$status"
}

# update_all SCRIPT [FOLDER]: has the script update each instance; exits.
update_all() {
  local name status=0
  for name in $(instance_names); do
    say "== $name"
    "$1" update "${kept[@]}" --name "$name" "${@:2}" || status=1
  done
  exit "$status"
}

stage_package() {
  local options=()
  staging=$(mktemp -d)
  # shellcheck disable=SC2064
  trap "stop_clock; rm -rf ${staging@Q}" EXIT
  # The user of the service runs what is in it.
  chmod 755 "$staging"
  [ -z "$sha256" ] || options=(--sha256 "$sha256")
  PATH=$(dirname "$node"):$PATH own_program stage-package "$from" --into "$staging" "${options[@]}"
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
  "$source_folder/manage.sh" update "${kept[@]}" ${instance:+--name "$instance"} "$source_folder" || status=$?
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

# For whoever has installed the package of npm globally, which is as old as what runs.
suggest_package() {
  case ${HARNESS_PACKAGE_SOURCE:-$source_folder} in
    */node_modules/*)
      say "For a newer one: npm install --global claude-harness@latest and the same again, or $(manage_command update --from npm)"
      ;;
  esac
}

# Each release is installed by its own script, which knows its own units.
exec_its_own_script() {
  [ "$here" != "$source_folder" ] || return 0
  exec "$source_folder/manage.sh" update "${kept[@]}" ${instance:+--name "$instance"} "$source_folder"
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
    [ "$verb" != update ] || suggest_package
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
