# Sourced by the other scripts. SIGTERM, SIGINT, SIGUSR1 and SIGUSR2 end the command that a script is
# running, then the script, with status 75. Without this, Bash would wait for the command to end or
# leave it running.
child=

# run COMMAND...: runs a program; not for functions of a script.
run() {
  local status=0
  "$@" <&0 &
  child=$!
  wait "$child" || status=$?
  child=
  return "$status"
}

stop() {
  trap '' TERM USR1 USR2
  trap '[[ ! $child ]] || kill -KILL "$child"; exit 130' INT
  if [[ $child ]]; then
    kill -TERM "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  echo "${0##*/}: stopped by SIG$1; the next call resumes" >&2
  exit 75
}

for signal in TERM INT USR1 USR2; do
  # shellcheck disable=SC2064
  trap "stop $signal" "$signal"
done
