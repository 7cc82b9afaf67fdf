# shellcheck shell=bash
# The checks of updates from a package of npm, which are made here, and which a registry on loopback has.

readonly packages=/srv/packages
readonly registry=http://127.0.0.1:8098

# The packages of the program in three versions, of which one does not start, and those that it needs.
make_packages() {
  mkdir -p $packages/registry
  tar -C "${checkout:?}" --exclude=./node_modules --exclude=./.git -cf - . | extract_to $packages/source
  echo '{"commit":"abc1234","date":"2026-11-29"}' >$packages/source/dist/build-info.json
  make_package 0.9.1 $packages
  make_package 0.9.2 $packages/registry
  echo 'process.exit(1);' >$packages/source/dist/main.js
  make_package 0.9.3 $packages
  for name in @photostructure/sqlite node-addon-api node-gyp-build; do
    npm pack --silent --ignore-scripts --pack-destination $packages/registry "$checkout/node_modules/$name"
  done
  systemd-run --quiet --collect --unit registry --working-directory "${project:?}" node --import tsx test/systemd/registry.ts \
    "${registry##*:}" $packages/registry
  eventually curl --silent --output /dev/null $registry/claude-harness
}

extract_to() {
  mkdir -p "$1"
  tar -C "$1" --no-same-owner -xf -
}

# make_package VERSION FOLDER
make_package() {
  sed -i "s/^  \"version\": .*/  \"version\": \"$1\",/" $packages/source/package.json
  (cd $packages/source && npm pack --silent --ignore-scripts --pack-destination "$2")
}

update_from() {
  npm_config_registry=$registry manage update --from "$@"
}

sum_of() {
  sha256sum "$1" | cut -d' ' -f1
}

a_package_without_its_checksum_is_refused() {
  local before file=$packages/claude-harness-0.9.1.tgz
  make_packages
  before=$(readlink "${prefix:?}/current")
  refuses 'sha256sum claude-harness-0.9.1.tgz' update_from $file
  refuses 'its SHA-256 is' update_from $file --sha256 "$(printf '0%.0s' {1..64})"
  echo "$(sum_of $packages/claude-harness-0.9.3.tgz)  claude-harness-0.9.1.tgz" >$file.sha256
  refuses 'its SHA-256 is' update_from $file
  refuses 'could not install claude-harness@1.2.3' update_from npm@1.2.3
  (cd / && tar -czf $packages/other.tgz etc/hostname)
  refuses '' update_from $packages/other.tgz --sha256 "$(sum_of $packages/other.tgz)"
  exits 2 update_from npm --pull
  exits 2 manage update --from
  exits 2 manage logs --since
  [ "$(readlink "$prefix/current")" = "$before" ]
  is_served
  [ -z "$(find /tmp -maxdepth 1 -name 'claude-harness-package-*' -newer $packages/other.tgz)" ]
}

an_update_from_a_package() {
  local file=$packages/claude-harness-0.9.1.tgz
  (cd $packages && sha256sum claude-harness-0.9.1.tgz >claude-harness-0.9.1.tgz.sha256)
  expect "$(update_from $file --dry-run)" 'verify and unpack'
  expect "$(update_from $file)" '0.9.1-'
  expect "$(claude-harness --version)" '0.9.1 (abc1234, 2026-11-29)'
  expect "$(curl --silent "${url:?}/health")" '"version":"0.9.1 (abc1234, 2026-11-29)"'
  expect "$(manage status)" 'version   0.9.1 (abc1234, 2026-11-29)'
  is_served
  refuses "was installed from $file" manage update
  expect "$("$prefix/current/manage.sh" --version)" '0.9.1 (abc1234, 2026-11-29)'
}

a_package_that_does_not_start_goes_back() {
  local before file=$packages/claude-harness-0.9.3.tgz
  before=$(readlink "$prefix/current")
  goes_back update_from $file --sha256 "$(sum_of $file)"
  [ "$(readlink "$prefix/current")" = "$before" ]
  is_served
}

an_update_from_npm() {
  local pid
  expect "$(update_from npm@0.9.2)" '0.9.2-'
  is_served
  # It is remembered where it came from.
  pid=$(property MainPID)
  expect "$(npm_config_registry=$registry claude-harness service update)" 'is already running'
  [ "$(property MainPID)" = "$pid" ]
  break_configuration
  expect "$(failure_of update_from $packages/claude-harness-0.9.1.tgz)" 'unknown key'
  repair_configuration
  [ "$(property MainPID)" = "$pid" ]
  manage rollback
  expect "$(claude-harness --version)" 0.9.1
}

a_global_installation_is_the_source() {
  local command=$packages/global/bin/claude-harness
  npm_config_registry=$registry npm install --silent --global --prefix $packages/global claude-harness@0.9.2
  "$command" service install
  expect "$(claude-harness --version)" 0.9.2
  expect "$("$command" service update)" 'npm install --global claude-harness@latest'
  rm -r $packages/global
  refuses "was installed from $packages/global" manage update
}

back_to_the_checkout() {
  manage update "$checkout"
  systemctl stop registry
  rm -r $packages
  is_served
}
