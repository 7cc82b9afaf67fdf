#!/usr/bin/env bash
# Installs claude-harness under systemd and manages it. Anything complex is a command of the program itself; these
# scripts hold only the steps around it. `./manage.sh --help` lists the verbs, `./manage.sh VERB --help` explains one.
set -euo pipefail
umask 022

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
readonly here
# shellcheck source=deploy/lib/steps.sh
. "$here/deploy/lib/steps.sh"
# shellcheck source=deploy/lib/instances.sh
. "$here/deploy/lib/instances.sh"
# shellcheck source=deploy/lib/scope.sh
. "$here/deploy/lib/scope.sh"
# shellcheck source=deploy/lib/prerequisites.sh
. "$here/deploy/lib/prerequisites.sh"
# shellcheck source=deploy/lib/release.sh
. "$here/deploy/lib/release.sh"
# shellcheck source=deploy/lib/configuration.sh
. "$here/deploy/lib/configuration.sh"
# shellcheck source=deploy/lib/command.sh
. "$here/deploy/lib/command.sh"
# shellcheck source=deploy/lib/verbs.sh
. "$here/deploy/lib/verbs.sh"
# shellcheck source=deploy/lib/units.sh
. "$here/deploy/lib/units.sh"
# shellcheck source=deploy/lib/agents.sh
. "$here/deploy/lib/agents.sh"
# shellcheck source=deploy/lib/running.sh
. "$here/deploy/lib/running.sh"
# shellcheck source=deploy/lib/install.sh
. "$here/deploy/lib/install.sh"
# shellcheck source=deploy/lib/update.sh
. "$here/deploy/lib/update.sh"
# shellcheck source=deploy/lib/uninstall.sh
. "$here/deploy/lib/uninstall.sh"
# shellcheck source=deploy/lib/control.sh
. "$here/deploy/lib/control.sh"
# shellcheck source=deploy/lib/status.sh
. "$here/deploy/lib/status.sh"
# shellcheck source=deploy/lib/checks.sh
. "$here/deploy/lib/checks.sh"
# shellcheck source=deploy/lib/logs.sh
. "$here/deploy/lib/logs.sh"
# shellcheck source=deploy/lib/login.sh
. "$here/deploy/lib/login.sh"
# shellcheck source=deploy/lib/router.sh
. "$here/deploy/lib/router.sh"

usage() {
  cat <<'END'
manage.sh VERB [OPTION]...

  install       build, install and start the service; run it again to apply changes
  update        install a newer build, and roll back automatically if it does not start
  rollback      return to the previous build
  uninstall     remove the service; --purge also removes configuration and state

  login         log in the claude CLI for the service, or store a long-lived token (--token)
  status        show the unit, whether it would serve and why not, turns, today's requests
  test          check the running service with two small turns
  doctor        check everything that a turn needs
  logs          show the journal of the service (--follow, --since, --errors)
  start, stop, restart, reload

  register      add the service to a router's file
  unregister    remove it again

VERB --help explains each, and --version names this version. --name NAME selects one of several instances on a machine.
--user-unit selects the calling user's own unit, which needs no root.
END
}

main() {
  local verb=${1:-}
  case $verb in
    '' | -h | --help | help) usage ;;
    -V | --version | version) say_version ;;
    *)
      is_verb "$verb" || misused "unknown verb ${verb@Q}; did you mean $(nearest_verb "$verb")? ./manage.sh --help lists them"
      shift
      "verb_$verb" "$@"
      ;;
  esac
}

# On one line, since the file may be replaced or removed while it runs. Not `&&`, which would switch `set -e` off.
main "$@"; exit
