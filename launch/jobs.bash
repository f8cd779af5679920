# Sourced by the scripts that start compilers.

# Prints in KiB the available memory, or the container's limit if that is lower.
memory() {
  {
    awk '/^MemAvailable:/ { print $2 }' /proc/meminfo
    awk '$1 != "max" { print int($1 / 1024) }' /sys/fs/cgroup/memory.max 2>/dev/null || true
  } | sort -n | head -n 1
}

# Prints the number of parallel jobs: compiling a file that includes LibTorch takes up to 2 GB.
jobs() {
  local fit=$(($(memory) / 2000000)) cores
  cores=$(nproc)
  echo $((fit < 1 ? 1 : fit < cores ? fit : cores))
}
