# Read by the scripts here that start compilers.

# In KiB: what is free, or the container's limit where that is less.
memory() {
  {
    awk '/^MemAvailable:/ { print $2 }' /proc/meminfo
    awk '$1 != "max" { print int($1 / 1024) }' /sys/fs/cgroup/memory.max 2>/dev/null || true
  } | sort -n | head -n 1
}

# How many to run at once: a file that includes LibTorch takes the compiler up to 2 GB.
jobs() {
  local fit=$(($(memory) / 2000000)) cores
  cores=$(nproc)
  echo $((fit < 1 ? 1 : fit < cores ? fit : cores))
}
