# shellcheck shell=bash
# Runs the image, and asks what runs.

readonly name=container-test-$$
readonly url=http://127.0.0.1:8013
stand_in=

explain_failure() {
  [ ! -e "$WORK/container.log" ] || tail -n 20 "$WORK/container.log" | cut -c1-300 | sed 's/^/       container: /'
}

start_stand_in() {
  (cd "$PROJECT" && exec node --import tsx test/systemd/stand-in.ts 8099) >"$WORK/stand-in.log" 2>&1 &
  stand_in=$!
  eventually curl --silent --output /dev/null http://127.0.0.1:8099
}

volume() {
  printf '%s\n' "$WORK/volumes/$1"
}

plan_token() {
  echo sk-ant-oat01-made-up-for-this
}

# Empty volumes, as Docker makes them from the image's own folders.
make_volumes() {
  rm -rf "$WORK/volumes"
  mkdir -p "$(volume secrets)"
  cp -a "$ROOTFS/login" "$ROOTFS/state" "$ROOTFS/access" "$ROOTFS/workspace" "$WORK/volumes"
  plan_token >"$(volume secrets)/claude-token"
  printf 'claude:\n  env:\n    ANTHROPIC_BASE_URL: http://127.0.0.1:8099\n' >"$(volume harness.yaml)"
}

bundle() {
  node "$PROJECT/test/container/bundle.mjs" "$WORK/image.json" "$ROOTFS" "$WORK/bundle" "$WORK/volumes" "$@"
}

# start [OPTION]...: runs the image; how it ended will be in $WORK/exit.
start() {
  # There is one where a check has failed.
  crun delete --force "$name" 2>/dev/null || true
  bundle "$@"
  rm -f "$WORK/exit"
  # shellcheck disable=SC2016
  setsid bash -c 'crun --cgroup-manager=disabled run --bundle "$1" "$2" </dev/null; echo $? >"$3"' start \
    "$WORK/bundle" "$name" "$WORK/exit" >>"$WORK/container.log" 2>&1 &
}

# As `docker stop` does, without the end of its patience.
stop() {
  crun kill "$name" TERM
  eventually --for 60 is_over
}

is_over() {
  [ -s "$WORK/exit" ]
}

exit_code() {
  cat "$WORK/exit"
}

# run_once PROGRAM ARGUMENT...: another program in a container of its own, as `docker compose run --entrypoint` does.
run_once() {
  bundle
  node -e '
    const { readFileSync, writeFileSync } = require("node:fs");
    const [file, ...args] = process.argv.slice(1);
    const spec = JSON.parse(readFileSync(file, "utf8"));
    spec.process.args = args;
    writeFileSync(file, JSON.stringify(spec));' "$WORK/bundle/config.json" "$@"
  crun --cgroup-manager=disabled run --bundle "$WORK/bundle" "$name-once"
}

# As `docker exec`: as the user that the container was started as, with the image's variables.
inside() {
  local id
  id=$(node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).process.user.uid' "$WORK/bundle/config.json")
  timeout 10 crun --cgroup-manager=disabled exec --user "$id:$id" "$name" "$@"
}

# in_image health_check: the command that the image names.
in_image() {
  node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).Docker.config.Healthcheck.Test.slice(1).join(" ")' "$WORK/image.json"
}

health() {
  local command
  read -ra command <<<"$(in_image health_check)"
  inside "${command[@]}"
}

# The program below tini, as this machine sees it.
pid_of_service() {
  local init
  init=$(crun state "$name" | sed -nE 's/.*"pid": ([0-9]+).*/\1/p')
  cut -d' ' -f1 "/proc/$init/task/$init/children"
}

token() {
  cat "$(volume access)/$1-token"
}

# ask METHOD PATH [BODY]: prints the headers and the body of the answer.
ask() {
  curl --silent --show-error --max-time 60 --include --no-buffer --request "$1" "$url$2" ${3:+--data "$3"} \
    --header 'content-type: application/json' --header "authorization: Bearer ${HARNESS_TOKEN:-$(token owner)}"
}

chat() {
  ask POST /v1/chat/completions '{"model":"sonnet","messages":[{"role":"user","content":"Answer."}]}'
}

# stream QUESTION
stream() {
  ask POST /v1/chat/completions "{\"model\":\"sonnet\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"$1\"}]}"
}

respond() {
  ask POST /v1/responses '{"model":"sonnet","input":"Answer."}'
}

readiness() {
  curl --silent --max-time 20 "$url/ready"
}

is_ready() {
  [[ $(readiness) == *'"status":"ready"'* ]]
}

lacks_login() {
  [[ $(readiness) == *'"reason":"not_logged_in"'* ]]
}

lacks_the_cli() {
  [[ $(readiness) == *'"reason":"cli_missing"'* ]]
}

clean_up() {
  crun delete --force "$name" 2>/dev/null || true
  [ -z "$stand_in" ] || kill "$stand_in"
}
