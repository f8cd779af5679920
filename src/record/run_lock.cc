#include "lamina/record/run_lock.h"

#include <fcntl.h>
#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>

#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/host_name.h"
#include "lamina/core/json_lines.h"
#include "lamina/core/log.h"
#include "lamina/core/output_file.h"
#include "lamina/core/stop_signal.h"
#include "lamina/core/system_call.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr auto kPollInterval = std::chrono::milliseconds(100);

std::string now_text() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

/// Closes the file when it goes out of scope, unless it was released.
class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

int open_lock(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor >= 0) return descriptor;
  throw Error(fmt::format("{}: cannot be opened: {}", file.string(), std::strerror(errno)));
}

/// Who wrote the lock; all empty where nobody did, or where the file holds something else.
struct Owner {
  std::string host;
  std::int64_t process = 0;
  std::string started;

  bool is_known() const { return !host.empty(); }
  std::string text() const {
    if (!is_known()) return "another process";
    return fmt::format("process {} on host {} (since {})", process, host, started);
  }
};

Owner read_owner(int descriptor) {
  std::array<char, 1024> bytes{};
  const auto size =
      uninterrupted([&] { return ::pread(descriptor, bytes.data(), bytes.size(), 0); });
  const Json json = Json::parse(bytes.data(), bytes.data() + std::max<ssize_t>(size, 0), nullptr,
                                /*allow_exceptions=*/false);
  if (!json.is_object()) return {};
  return {json.value("host", ""), json.value("process", std::int64_t{0}),
          json.value("started", "")};
}

double modified_seconds(const struct stat& status) {
  return static_cast<double>(status.st_mtim.tv_sec) +
         static_cast<double>(status.st_mtim.tv_nsec) * 1e-9;
}

double modified_seconds(int descriptor) {
  struct stat status {};
  ::fstat(descriptor, &status);
  return modified_seconds(status);
}

/// By the clock of the file system, which may not be this host's.
double file_system_seconds(const fs::path& beside) {
  const fs::path probe = beside.string() + random_partial_ending();
  const Descriptor file(::open(probe.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  const double seconds =
      file.get() < 0 ? static_cast<double>(std::time(nullptr)) : modified_seconds(file.get());
  ::unlink(probe.c_str());
  return seconds;
}

/// Whether the path still names the file that is open: an owner that ends removes it.
bool is_at(const fs::path& file, int descriptor) {
  struct stat opened {
  }, named{};
  return ::fstat(descriptor, &opened) == 0 && ::stat(file.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

enum class KernelLock { kTaken, kHeld, kUnsupported };

KernelLock take_kernel_lock(int descriptor) {
  if (uninterrupted([&] { return ::flock(descriptor, LOCK_EX | LOCK_NB); }) == 0) {
    return KernelLock::kTaken;
  }
  return errno == EWOULDBLOCK ? KernelLock::kHeld : KernelLock::kUnsupported;
}

[[noreturn]] void refuse(const fs::path& file, const Owner& owner) {
  throw Error(
      fmt::format("{}: the run is being trained by {}", file.parent_path().string(), owner.text()));
}

/// Whether the kernel's lock says all about this owner: it is of this host, or there is none.
bool is_decided_by_kernel(const Owner& owner, KernelLock kernel) {
  return !owner.is_known() || (owner.host == host_name() && kernel == KernelLock::kTaken);
}

/// Returns once the owner has not shown itself for long enough; throws Error where it does.
void wait_until_stale(const fs::path& file, int descriptor, const Owner& owner,
                      const LockTimes& times) {
  const double seen = modified_seconds(descriptor);
  double left = times.stale_seconds - (file_system_seconds(file) - seen);
  if (left <= 0) return;
  log_info("{}: {} had the run; waiting up to {:.0f} s for a sign of life", file.string(),
           owner.text(), left);
  for (; left > 0; left -= std::chrono::duration<double>(kPollInterval).count()) {
    throw_if_stopped("while waiting for the lock of the run");
    std::this_thread::sleep_for(kPollInterval);
    if (modified_seconds(descriptor) != seen) refuse(file, owner);
  }
}

}  // namespace

RunLock::RunLock(const fs::path& file, LockTimes times) : file_(file), times_(times) {
  take();
  heartbeat_ = std::thread([this] { beat(); });
}

void RunLock::take() {
  for (;;) {
    Descriptor opened(open_lock(file_));
    const KernelLock kernel = take_kernel_lock(opened.get());
    const Owner owner = read_owner(opened.get());
    if (kernel == KernelLock::kHeld) refuse(file_, owner);
    if (!is_at(file_, opened.get())) continue;
    if (!is_decided_by_kernel(owner, kernel)) {
      wait_until_stale(file_, opened.get(), owner, times_);
    }
    if (owner.is_known())
      log_warning("{}: taken over from {}, which ended", file_.string(), owner.text());
    const Json content{{"format_version", 1},
                       {"host", host_name()},
                       {"process", ::getpid()},
                       {"started", now_text()}};
    if (::ftruncate(opened.get(), 0) != 0) {
      throw Error(fmt::format("{}: cannot be written: {}", file_.string(), std::strerror(errno)));
    }
    write_all(opened.get(), content.dump() + "\n", file_);
    descriptor_ = opened.release();
    return;
  }
}

void RunLock::beat() {
  // Stop signals are for the main thread.
  const sigset_t signals = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::unique_lock lock(mutex_);
  const std::chrono::duration<double> interval(times_.heartbeat_seconds);
  while (!ended_.wait_for(lock, interval, [this] { return is_ending_; })) {
    ::futimens(descriptor_, nullptr);
  }
}

RunLock::~RunLock() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  ended_.notify_all();
  heartbeat_.join();
  if (is_at(file_, descriptor_)) ::unlink(file_.c_str());
  ::close(descriptor_);
}

}  // namespace lamina
