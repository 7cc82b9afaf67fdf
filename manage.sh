#!/usr/bin/env bash
# Installs claude-harness under systemd and looks after it. What needs thought is a command of the program itself; here
# are only the steps around it. `./manage.sh --help` lists the verbs, `./manage.sh VERB --help` explains one.
set -euo pipefail
umask 022

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
readonly here
# shellcheck source=deploy/lib/steps.sh
. "$here/deploy/lib/steps.sh"
# shellcheck source=deploy/lib/scope.sh
. "$here/deploy/lib/scope.sh"
# shellcheck source=deploy/lib/find.sh
. "$here/deploy/lib/find.sh"
# shellcheck source=deploy/lib/release.sh
. "$here/deploy/lib/release.sh"
# shellcheck source=deploy/lib/units.sh
. "$here/deploy/lib/units.sh"
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
# shellcheck source=deploy/lib/look.sh
. "$here/deploy/lib/look.sh"
# shellcheck source=deploy/lib/login.sh
. "$here/deploy/lib/login.sh"
# shellcheck source=deploy/lib/router.sh
. "$here/deploy/lib/router.sh"

usage() {
  cat <<'END'
manage.sh VERB [OPTION]...

  install       build, install and start the service; a second run brings it up to date
  update        install a newer build, and go back by itself when that does not start
  rollback      go back to the build before
  uninstall     take the service away; --purge takes configuration and state too

  login         log the claude CLI in for the service, or store a long-lived token (--token)
  status        the unit, whether it would serve and why not, turns, today's requests
  test          check the running service, with two small turns
  doctor        check everything that a turn needs
  logs          the journal of the service (--follow, --since, --errors)
  start, stop, restart

  register      put the service into a router's file
  unregister    take it out again

VERB --help explains each. --user-unit means the per-user unit of whoever calls, without root.
END
}

main() {
  local verb=${1:-}
  case $verb in
    install | update | rollback | uninstall | login | status | test | doctor | logs | start | stop | restart | \
      register | unregister)
      shift
      "verb_$verb" "$@"
      ;;
    '' | -h | --help | help) usage ;;
    *) die "there is no verb ${verb@Q}; ./manage.sh --help lists them" ;;
  esac
}

# On one line, since the file may be replaced or removed while it runs. Not `&&`, which would switch `set -e` off.
main "$@"; exit
