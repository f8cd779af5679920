#pragma once
#include <sys/types.h>

#include <fstream>
#include <string>
#include <vector>

namespace lamina {

/// What follows "Key:" and a tab in /proc/PID/status; "" where there is no such process.
inline std::string process_status(pid_t pid, const std::string& key) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key + ":\t")) return line.substr(key.size() + 2);
  }
  return "";
}

/// Whether a mask of signals of /proc/PID/status ("SigCgt", "SigBlk") has this one.
inline bool has_signal(pid_t pid, const std::string& mask, int signal) {
  const std::string bits = process_status(pid, mask);
  return !bits.empty() && (std::stoull(bits, nullptr, 16) >> (signal - 1) & 1) != 0;
}

/// Whether the process has ended, be it waited for or not.
inline bool is_gone(pid_t pid) {
  const std::string state = process_status(pid, "State");
  return state.empty() || state.starts_with("Z");
}

inline std::vector<pid_t> children_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children");
  std::vector<pid_t> children;
  for (pid_t child; file >> child;) children.push_back(child);
  return children;
}

}  // namespace lamina
