# Read by the other scripts here. SIGTERM, SIGINT, SIGUSR1 and SIGUSR2 end the command that a script
# has under way, then the script, with status 75. Bash alone would wait for the command to end, or
# leave it running.
child=

# run COMMAND...: any program, but no function of a script.
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
