#!/usr/bin/env bash
# Runs a command under a separate systemd, which is PID 1 of fresh namespaces on an overlay of this machine's root: the
# command sees what is installed on the machine, and its writes are discarded. Its network is a loopback.
#
#   in-systemd.sh COMMAND [ARG]...
#
# Exits as the command does, with 77 and a reason if the machine cannot run it, or with 125 if systemd does not start.
set -euo pipefail

self=$(readlink -f "$0")
project=$(readlink -f "${self%/*}/../..")
readonly self project
readonly root=${IN_SYSTEMD_ROOT:-}

refuse() {
  echo "in-systemd: $*" >&2
  exit 77
}

check_machine() {
  [ "$(id -u)" = 0 ] || refuse 'only root can start a separate systemd'
  local program
  for program in /lib/systemd/systemd dbus-daemon ip nsenter unshare setpriv; do
    command -v "$program" >/dev/null || refuse "$program is missing: apt-get install systemd dbus iproute2 util-linux"
  done
  unshare --mount --pid --net --cgroup --fork true 2>/dev/null || refuse 'this machine allows no namespaces'
  [ -n "$(cgroup_root)" ] || refuse 'this machine has no cgroup v2 hierarchy mounted'
}

cgroup_root() {
  awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts
}

# The outermost part: creates a cgroup and a folder for the run, and always removes both.
start() {
  check_machine
  work=$(mktemp -d /tmp/in-systemd.XXXXXX)
  cgroup=$(cgroup_root)/${work##*/}
  mkdir "$cgroup"
  trap remove_all EXIT
  trap 'exit 143' INT TERM HUP
  # A private mount namespace, so that no mount is visible outside or left behind.
  IN_SYSTEMD_ROOT=$work/root setpriv --pdeathsig KILL unshare --mount --propagation private \
    "$self" --beside "$cgroup" "$@" <&0 &
  local status=0
  wait $! || status=$?
  exit "$status"
}

remove_all() {
  echo 1 >"$cgroup/cgroup.kill" 2>/dev/null || true
  local tries
  for tries in {1..50}; do
    find "$cgroup" -depth -type d -exec rmdir {} \; 2>/dev/null || true
    [ -d "$cgroup" ] || break
    sleep 0.1
  done
  [ "$tries" -lt 50 ] || echo "in-systemd: $cgroup could not be removed" >&2
  rmdir "$work"
}

# Makes the overlay, starts systemd on it, and runs the command in systemd's namespaces.
beside() {
  local cgroup=$1 init
  shift
  mount -t tmpfs -o mode=755 tmpfs "${root%/*}"
  mkdir "${root%/*}/upper" "${root%/*}/work" "$root"
  mount -t overlay overlay -o "lowerdir=/,upperdir=${root%/*}/upper,workdir=${root%/*}/work" "$root"
  keep_machine_out
  (
    echo "$BASHPID" >"$cgroup/cgroup.procs"
    exec setpriv --pdeathsig KILL unshare --mount --uts --ipc --net --pid --cgroup --fork --kill-child "$self" --init
  ) >"${root%/*}/boot.log" 2>&1 &
  if ! init=$(wait_for_systemd $!); then
    echo 'in-systemd: systemd did not start:' >&2
    cat "${root%/*}/boot.log" >&2
    exit 125
  fi
  mkdir "$cgroup/command"
  echo "$BASHPID" >"$cgroup/command/cgroup.procs"
  exec nsenter --target "$init" --mount --uts --ipc --net --pid --cgroup --root --wd -- "$@"
}

# Keeps the machine's own units from starting, and anything that touches the kernel.
keep_machine_out() {
  local etc=$root/etc unit
  rm -rf "$etc"/systemd/system/*.wants "$etc"/rc?.d/[SK]*
  for unit in getty.target kmod-static-nodes.service modprobe@.service proc-sys-fs-binfmt_misc.automount \
    systemd-modules-load.service systemd-pstore.service systemd-random-seed.service systemd-timesyncd.service \
    systemd-udevd.service systemd-udev-trigger.service systemd-update-utmp.service dev-hugepages.mount \
    sys-fs-fuse-connections.mount sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount; do
    ln -sfn /dev/null "$etc/systemd/system/$unit"
  done
  mkdir -p "$etc/tmpfiles.d" "$etc/systemd/journald.conf.d"
  # Debian's own rule empties /tmp at boot, which may contain the project.
  echo 'd /tmp 1777 root root -' >"$etc/tmpfiles.d/tmp.conf"
  printf '[Journal]\nStorage=volatile\nRateLimitIntervalSec=0\n' >"$etc/systemd/journald.conf.d/in-systemd.conf"
  : >"$etc/fstab"
}

# The pid of the systemd below `unshare`, once its boot is over.
wait_for_systemd() {
  local tries init state
  for ((tries = 0; tries < 300; tries += 1)); do
    init=$(tr -d ' ' <"/proc/$1/task/$1/children" 2>/dev/null) || return 1
    if [ -n "$init" ] && [ "$(cat "/proc/$init/comm")" = systemd ]; then
      state=$(nsenter --target "$init" --mount --pid --root systemctl is-system-running 2>/dev/null) || true
      case $state in running | degraded) echo "$init" && return ;; esac
    fi
    sleep 0.1
  done
  return 1
}

# Becomes PID 1: mounts what a systemd expects to find, moves into the overlay, and hands over.
init() {
  local node
  mount -t proc proc "$root/proc"
  # Otherwise systemd would set the machine's kernel parameters and start udevd.
  mount --bind "$root/proc/sys" "$root/proc/sys"
  mount -o remount,bind,ro "$root/proc/sys"
  mount -t sysfs -o ro sysfs "$root/sys"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
  mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"
  mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
  for node in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 "$root/dev/${node%:*}" c 1 "${node#*:}"; done
  mknod -m 666 "$root/dev/tty" c 5 0
  # A silent console.
  mknod -m 600 "$root/dev/console" c 1 3
  mkdir "$root/dev/pts" "$root/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  for node in stdin:0 stdout:1 stderr:2; do ln -s "fd/${node#*:}" "$root/dev/${node%:*}"; done
  # The project may be on another file system than the root.
  mkdir -p "$root$project"
  mount --bind "$project" "$root$project"
  mount -o remount,bind,ro "$root$project"
  ip link set lo up
  cd "$root"
  mkdir -p .old
  pivot_root . .old
  cd /
  umount -l /.old
  rmdir /.old
  # Credentials of units are mounts that must propagate to the units' namespaces.
  mount --make-rshared /
  exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 container=in-systemd \
    setpriv --bounding-set=-sys_module,-sys_time,-sys_rawio \
    /lib/systemd/systemd --unit=multi-user.target --show-status=no --log-target=journal </dev/null
}

case ${1:-} in
  --beside) shift && beside "$@" ;;
  --init) init ;;
  '') refuse 'give a command' ;;
  *) start "$@" ;;
esac
