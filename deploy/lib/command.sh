# shellcheck shell=bash
# The command `claude-harness` for the shell: runs the installed program, and knows where the service is.

readonly command_mark='# Written by manage.sh of claude-harness, whose uninstall removes it.'

command_file() {
  local folder=/usr/local/bin
  [ "$scope" = system ] || folder=$home/.local/bin
  printf '%s\n' "$folder/${service%.service}"
}

# Whether there is no such file, or one of ours: a file of somebody else is never touched.
is_our_command() {
  if [ -e "$1" ] || [ -L "$1" ]; then grep -qsxF "$command_mark" "$1"; fi
}

# The configuration may hold keys, so that not everybody can read it; what needs none works without.
render_command() {
  local name_line=
  # For `service VERB`; the default one can tell about all.
  [ -z "$instance" ] || name_line="export HARNESS_NAME=\"\${HARNESS_NAME-$instance}\""
  cat <<END
#!/bin/sh
$command_mark
$name_line
export HARNESS_URL="\${HARNESS_URL-$(service_url)}"
export CLAUDE_HARNESS_CLAUDE__LOGIN_HINT="\${CLAUDE_HARNESS_CLAUDE__LOGIN_HINT-$(login_command)}"
if [ -r $config_folder/harness.yaml ]; then file=$config_folder/harness.yaml; else file=/dev/null; fi
export CLAUDE_HARNESS_CONFIG="\${CLAUDE_HARNESS_CONFIG-\$file}"
exec $node $prefix/current/dist/main.js "\$@"
END
}

apply_command() {
  local file folder
  file=$(command_file)
  folder=${file%/*}
  if ! is_our_command "$file"; then
    say "  $file is not of this installation, and stays as it is; the program is $prefix/current/dist/main.js"
    return
  fi
  render_command >"$scratch/command"
  ! cmp -s "$scratch/command" "$file" || return 0
  if [ -e "$file" ]; then
    cp -p "$file" "$scratch/command.before"
    on_failure install -m 755 "$scratch/command.before" "$file"
  else
    on_failure rm -f "$file"
    create_folder "$folder"
  fi
  install -m 755 "$scratch/command" "$file"
}

remove_command() {
  local file
  file=$(command_file)
  if is_our_command "$file"; then rm -f "$file"; fi
}
