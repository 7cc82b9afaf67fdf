# shellcheck shell=bash

readonly verbs=(install update rollback uninstall login status test doctor logs start stop restart reload register unregister)

is_verb() {
  local verb
  for verb in "${verbs[@]}"; do
    [ "$verb" != "$1" ] || return 0
  done
  return 1
}

# The verb that takes the fewest edits to get to.
nearest_verb() {
  awk -v word="$1" '
    function least(a, b, c) { return a < b ? (a < c ? a : c) : (b < c ? b : c) }
    function edits(a, b,  i, j, d) {
      for (i = 0; i <= length(a); i++) d[i, 0] = i
      for (j = 0; j <= length(b); j++) d[0, j] = j
      for (i = 1; i <= length(a); i++) for (j = 1; j <= length(b); j++)
        d[i, j] = least(d[i - 1, j] + 1, d[i, j - 1] + 1, d[i - 1, j - 1] + (substr(a, i, 1) != substr(b, j, 1)))
      return d[length(a), length(b)]
    }
    BEGIN {
      for (i = 1; i < ARGC; i++) if (i == 1 || edits(word, ARGV[i]) < fewest) { fewest = edits(word, ARGV[i]); nearest = ARGV[i] }
      print nearest
    }' "${verbs[@]}"
}

# As the program says it, without a need for Node: `0.1.0 (abc1234, 2026-11-29)`, or the number alone.
say_version() {
  local number build=''
  number=$(sed -nE 's/^  "version": "(.*)",$/\1/p' "$here/package.json")
  if [ -f "$here/dist/build-info.json" ]; then
    build=$(sed -nE 's/^\{"commit":"(.*)","date":"(.*)"\}$/ (\1, \2)/p' "$here/dist/build-info.json")
  fi
  say "$number$build"
}
