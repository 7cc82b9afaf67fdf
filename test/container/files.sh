# shellcheck shell=bash
# The files that describe containers, without running one.

the_dockerfile_is_clean() {
  local said
  said=$(cd "$PROJECT" && npx --no-install dockerfile-utils lint deploy/docker/Dockerfile 2>&1)
  [ -z "$said" ] || expect "$said" nothing
  shellcheck "$PROJECT/deploy/docker/entrypoint.sh"
}

the_versions_agree() {
  local pinned
  pinned=$(node -p 'require(process.argv[1]).devDependencies["@anthropic-ai/claude-code"]' "$PROJECT/package.json")
  grep -qx "ARG CLAUDE_VERSION=$pinned" "$PROJECT/deploy/docker/Dockerfile"
  grep -qF "\${CLAUDE_VERSION:-$pinned}" "$PROJECT/deploy/docker/compose.yaml"
}

compose_files_are_valid() {
  (cd "$PROJECT" && node test/container/compose-is-valid.mjs deploy/docker/compose.yaml deploy/monitoring/compose.yaml)
}

unraid_finds_what_it_wants() {
  local file=$PROJECT/deploy/unraid/claude-harness.xml target
  xmllint --noout "$file"
  [ "$(xmllint --xpath 'string(/Container/@version)' "$file")" = 2 ]
  local element
  for element in Name Repository Registry Network Shell Privileged Support Project Overview Category WebUI TemplateURL Icon ExtraParams; do
    [ "$(xmllint --xpath "count(/Container/$element)" "$file")" = 1 ]
  done
  [ "$(xmllint --xpath 'count(//Config[not(@Name and @Target and @Default and @Description and @Required and @Mask)])' "$file")" = 0 ]
  [ "$(xmllint --xpath 'count(//Config[not(@Type="Port" or @Type="Path" or @Type="Variable")])' "$file")" = 0 ]
  [ "$(xmllint --xpath 'count(//Config[not(@Display="always" or @Display="advanced")])' "$file")" = 0 ]
  # All that the image keeps.
  for target in $(node -p 'Object.keys(JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).OCIv1.config.Volumes).join(" ")' "$WORK/image.json"); do
    [ "$(xmllint --xpath "count(//Config[@Type='Path' and @Target='$target'])" "$file")" = 1 ]
  done
}

haproxy_accepts_its_file() {
  HARNESS_LISTEN=127.0.0.1:8014 HARNESS_ONE=127.0.0.1:8013 HARNESS_TWO=127.0.0.1:8012 HARNESS_TURNS=8 HARNESS_STATE=own \
    haproxy -c -f "$PROJECT/deploy/haproxy/haproxy.cfg"
}

check_files() {
  check 'the Dockerfile is clean' the_dockerfile_is_clean
  check 'the pinned CLI is the tested one' the_versions_agree
  check 'compose files follow their schema' compose_files_are_valid
  check "Unraid's template has what it must" unraid_finds_what_it_wants
  check 'HAProxy accepts its configuration' haproxy_accepts_its_file
}
