# shellcheck shell=bash
# Builds the checkout, copies what it needs to run into a release, and switches between releases.

# Sets `parts` to what a release holds of the checkout, besides the packages. A package of npm has no lock file.
find_parts() {
  parts=(dist package.json manage.sh deploy docs LICENSE)
  [ ! -e "$source_folder/package-lock.json" ] || parts+=(package-lock.json)
}

check_source() {
  if [ ! -f "$source_folder/manage.sh" ] || ! grep -qs '"name": "claude-harness"' "$source_folder/package.json"; then
    die "${source_folder@Q} is not a checkout of claude-harness"
  fi
}

# Builds as the owner of the checkout, never as root unless root owns it.
as_owner() {
  local owner path
  owner=$(stat -c %U "$source_folder")
  path=$(dirname "$node"):$PATH
  if [ "$(id -u)" != 0 ] || [ "$owner" = root ]; then
    (cd "$source_folder" && PATH=$path "$@")
  else
    (cd "$source_folder" && runuser -u "$owner" -- env "HOME=$(getent passwd "$owner" | cut -d: -f6)" "PATH=$path" "$@")
  fi
}

build() {
  if ! has_packages; then
    say '  its packages are missing or old: npm ci'
    as_owner npm ci --no-audit --no-fund
  fi
  if [ -d "$source_folder/src" ]; then as_owner node scripts/build-if-needed.mjs; fi
  [ -f "$source_folder/dist/main.js" ] || die "$source_folder has no build (dist/main.js)"
}

# True if the installed packages match package-lock.json, so that no network is needed. A folder without sources was
# built elsewhere and contains its packages.
has_packages() {
  [ -d "$source_folder/node_modules" ] || return 1
  [ -d "$source_folder/src" ] || return 0
  # shellcheck disable=SC2016
  "$node" -e '
    const read = (file) => JSON.parse(require("node:fs").readFileSync(`${process.argv[1]}/${file}`, "utf8")).packages;
    const installed = read("node_modules/.package-lock.json");
    const missing = Object.entries(read("package-lock.json")).filter(
      ([path, { version, optional }]) => path && (installed[path] ? installed[path].version !== version : !optional),
    );
    process.exit(missing.length === 0 ? 0 : 1);' "$source_folder" 2>/dev/null
}

# The same content has the same name, so that a second install finds its release.
release_name() {
  local version hash parts
  find_parts
  version=$("$node" -p 'require(process.argv[1]).version' "$source_folder/package.json")
  hash=$(cd "$source_folder" && find "${parts[@]}" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)
  printf '%s-%s\n' "$version" "${hash:0:12}"
}

# Builds, and copies the build beside the others; sets `release` to its name.
make_release() {
  local parts
  build
  find_parts
  release=$(release_name)
  local folder=$prefix/releases/$release
  [ ! -d "$folder" ] || return 0
  create_folder "$prefix/releases"
  on_failure rm -rf "$folder" "$folder.new"
  rm -rf "$folder.new"
  mkdir "$folder.new"
  tar -C "$source_folder" -cf - "${parts[@]}" | extract "$folder.new"
  # Of packages with native code only what this kind of machine runs.
  (cd "$source_folder" && production_packages) |
    tar -C "$source_folder" --exclude='*/prebuilds/darwin-*' --exclude='*/prebuilds/win32-*' \
      --exclude='node_modules/@photostructure/sqlite/src' -cf - --files-from=- |
    extract "$folder.new"
  chmod -R a+rX,go-w "$folder.new"
  mv "$folder.new" "$folder"
}

extract() {
  tar -C "$1" --no-same-owner -xf -
}

# The packages that the program needs at run time, without those for development and tests. Packages nested in a listed
# folder are copied with it.
production_packages() {
  local all
  all=$(as_owner npm ls --omit=dev --all --parseable --loglevel=error) ||
    die "the packages in $source_folder do not match package-lock.json; run npm ci there"
  sed -n "s|^$(realpath .)/||p" <<<"$all" | grep -v '^node_modules/.*/node_modules/'
}

# link_to NAME RELEASE: replaces the link atomically.
link_to() {
  ln -sfn "releases/$2" "$prefix/.$1.new"
  mv -T "$prefix/.$1.new" "$prefix/$1"
}

linked() {
  local target
  target=$(readlink "$prefix/$1" 2>/dev/null) || return 0
  printf '%s\n' "${target#releases/}"
}

# put_link NAME RELEASE: links, or unlinks for an empty release.
put_link() {
  if [ -n "$2" ]; then link_to "$1" "$2"; else rm -f "$prefix/$1"; fi
}

remove_old_releases() {
  local folder
  for folder in "$prefix"/releases/*; do
    case ${folder##*/} in "$(linked current)" | "$(linked previous)") ;; *) rm -rf "$folder" ;; esac
  done
}
