# shellcheck shell=bash
# Several instances on one machine, each with units, folders, builds and a login of its own.

# Empty for the default instance.
instance=
is_instance_chosen=false
# Whether it is about all of them.
is_for_all=false

# choose_instance NAME: for --name and HARNESS_NAME.
choose_instance() {
  [[ $1 =~ ^[a-z0-9-]{1,32}$ ]] || misused "--name ${1@Q} is not the name of an instance: 1 to 32 of a-z, 0-9 and -"
  is_instance_chosen=true
  instance=$1
  [ "$1" != default ] || instance=
  # For the scripts of other releases that go on from here.
  export HARNESS_NAME=$1
}

# To be appended to a command line that is shown.
name_option() {
  printf '%s' "${instance:+ --name $instance}"
}

# What the folders of this instance are called, below those of their kind.
own_folder() {
  printf '%s\n' "claude-harness${instance:+-instances/$instance}"
}

# Where the CLI of this instance keeps its login.
login_folder() {
  if [ -n "$instance" ]; then printf '%s\n' "$home/.$(own_folder)"; else printf '%s\n' "$home/.claude"; fi
}

# The names of all that are installed in this scope, a line each; the default one is called so.
instance_names() {
  local file name
  for file in "$unit_folder"/claude-harness[.@]*service; do
    [ -e "$file" ] || continue
    name=${file##*/claude-harness}
    name=${name%.service}
    name=${name#@}
    printf '%s\n' "${name:-default}"
  done
}

# Loads the first of them, by whose program something is done for all.
load_first_instance() {
  local name
  is_for_all=true
  choose_scope
  name=$(instance_names | head -n 1)
  [ -z "$name" ] || choose_instance "$name"
  load_installed
}

list_instances() {
  local options=()
  load_first_instance
  [ "$scope" = system ] || options=(--user)
  own_program list-instances --units "$unit_folder" "${options[@]}"
}

# One that is stopped now will want its port again.
check_other_instances() {
  local file other
  for file in "$unit_folder"/claude-harness[.@]*socket; do
    other=${file##*/}
    [ "$other" = "$socket" ] || ! grep -qsE "^ListenStream=(.*:)?$port\$" "$file" ||
      die "port $port is that of ${other%.socket}; pass another --port"
  done
}
