#include "byte_source.h"

#include <fcntl.h>
#include <spdlog/fmt/fmt.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "lamina/core/error.h"
#include "lamina/text/data_file.h"

namespace lamina {
namespace {

constexpr std::size_t kInputBytes = 1 << 17;

/// An open file, closed by the destructor.
class OpenFile {
 public:
  explicit OpenFile(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) throw Error(fmt::format("cannot open: {}", std::strerror(errno)));
  }
  ~OpenFile() { ::close(descriptor_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  std::size_t read(std::span<char> out) const {
    std::size_t done = 0;
    while (done < out.size()) {
      const ssize_t got = ::read(descriptor_, out.data() + done, out.size() - done);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw Error(fmt::format("cannot read: {}", std::strerror(errno)));
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

 private:
  int descriptor_;
};

/// A buffer of compressed bytes that a decompressor has not consumed yet.
class Input {
 public:
  explicit Input(ByteSource source) : source_(std::move(source)), buffer_(kInputBytes) {}

  /// The buffered bytes; reads more if there are none. Empty at the end of the stream.
  std::span<char> ready() {
    if (begin_ == end_) {
      begin_ = 0;
      end_ = source_(buffer_);
    }
    return std::span(buffer_).subspan(begin_, end_ - begin_);
  }
  void take(std::size_t count) { begin_ += count; }

 private:
  ByteSource source_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

class Gunzip {
 public:
  explicit Gunzip(ByteSource source) : input_(std::move(source)) {
    constexpr int kGzipOnly = 15 + 16;
    if (::inflateInit2(&stream_, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~Gunzip() { ::inflateEnd(&stream_); }
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  std::size_t read(std::span<char> out) {
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    while (stream_.avail_out > 0 && !input_.ready().empty()) {
      if (between_members_ && !begin_member()) break;
      inflate_some();
    }
    if (stream_.avail_out > 0 && !between_members_) throw Error("the gzip data are truncated");
    return out.size() - stream_.avail_out;
  }

 private:
  /// Starts the next member; false at the end. Skips zero bytes after a member, with which tapes
  /// and some writers pad a file.
  bool begin_member() {
    while (num_members_ > 0 && !input_.ready().empty() && input_.ready()[0] == '\0') input_.take(1);
    if (input_.ready().empty()) return false;
    ::inflateReset(&stream_);
    between_members_ = false;
    ++num_members_;
    return true;
  }

  void inflate_some() {
    const auto ready = input_.ready();
    stream_.next_in = reinterpret_cast<Bytef*>(ready.data());
    stream_.avail_in = static_cast<uInt>(ready.size());
    const int status = ::inflate(&stream_, Z_NO_FLUSH);
    input_.take(ready.size() - stream_.avail_in);
    between_members_ = status == Z_STREAM_END;
    if (status != Z_OK && status != Z_STREAM_END) {
      throw Error(fmt::format("the gzip data are damaged: {}",
                              stream_.msg != nullptr ? stream_.msg : "no gzip header"));
    }
  }

  Input input_;
  z_stream stream_{};
  bool between_members_ = true;
  std::int64_t num_members_ = 0;
};

class Unzstd {
 public:
  explicit Unzstd(ByteSource source) : input_(std::move(source)) {
    if (!stream_) throw std::bad_alloc();
  }

  std::size_t read(std::span<char> out) {
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    while (output.pos < output.size) {
      const auto ready = input_.ready();
      if (ready.empty() && !in_frame_) break;
      const std::size_t before = output.pos;
      ZSTD_inBuffer input{ready.data(), ready.size(), 0};
      const std::size_t status = ZSTD_decompressStream(stream_.get(), &output, &input);
      if (ZSTD_isError(status)) fail(status);
      input_.take(input.pos);
      in_frame_ = status != 0;
      if (ready.empty() && output.pos == before) throw Error("the zstd data are truncated");
    }
    return output.pos;
  }

 private:
  struct FreeStream {
    void operator()(ZSTD_DCtx* stream) const { ZSTD_freeDCtx(stream); }
  };

  [[noreturn]] static void fail(std::size_t status) {
    if (ZSTD_getErrorCode(status) == ZSTD_error_frameParameter_windowTooLarge) {
      throw Error("the zstd data need a window above 128 MiB; compress them again without --long");
    }
    throw Error(fmt::format("the zstd data are damaged: {}", ZSTD_getErrorName(status)));
  }

  Input input_;
  std::unique_ptr<ZSTD_DCtx, FreeStream> stream_{ZSTD_createDCtx()};
  bool in_frame_ = false;
};

}  // namespace

ByteSource file_source(const std::filesystem::path& path) {
  return [file = std::make_shared<OpenFile>(path)](std::span<char> out) { return file->read(out); };
}

ByteSource memory_source(std::string_view bytes) {
  return [bytes](std::span<char> out) mutable {
    const std::size_t count = bytes.copy(out.data(), out.size());
    bytes.remove_prefix(count);
    return count;
  };
}

ByteSource gunzipped(ByteSource compressed) {
  return [gunzip = std::make_shared<Gunzip>(std::move(compressed))](std::span<char> out) {
    return gunzip->read(out);
  };
}

ByteSource unzstd(ByteSource compressed) {
  return [unzstd = std::make_shared<Unzstd>(std::move(compressed))](std::span<char> out) {
    return unzstd->read(out);
  };
}

ByteSource content_source(const std::filesystem::path& path, std::int64_t* file_bytes_read) {
  ByteSource file = file_source(path);
  if (file_bytes_read != nullptr) {
    file = [source = file, file_bytes_read](std::span<char> out) {
      const std::size_t count = source(out);
      *file_bytes_read += static_cast<std::int64_t>(count);
      return count;
    };
  }
  const Compression compression = data_file_name(path).compression;
  if (compression == Compression::kGzip) return gunzipped(std::move(file));
  return compression == Compression::kZstd ? unzstd(std::move(file)) : file;
}

}  // namespace lamina
