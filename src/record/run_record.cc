#include "lamina/record/run_record.h"

#include <spdlog/fmt/fmt.h>

#include "lamina/config/json.h"
#include "lamina/config/reader.h"
#include "lamina/config/writer.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/units.h"
#include "lamina/record/format_version.h"

namespace lamina {
RunRecord parse_record(std::string_view json, const std::string& origin) {
  return reading_file([&] {
    const Node root = parse_json(json, origin);
    check_format_version(root, RunRecord::kFormatVersion);
    RunRecord record;
    read_settings(root, record);
    return record;
  });
}

RunRecord read_record(const std::filesystem::path& file) {
  return parse_record(read_file(file), file.string());
}

Json record_json(const RunRecord& record) { return settings_json(record); }

void write_record(const std::filesystem::path& file, const RunRecord& record) {
  write_file_atomically(file, record_json(record).dump(2) + "\n");
}

std::string result_text(const RunRecord& record) {
  const std::string seconds = readable_seconds(record.wall_seconds);
  if (!record.validation) return seconds;
  const auto perplexity = record.validation->perplexity;
  return fmt::format("validation perplexity {}, {}",
                     perplexity ? measured_number(*perplexity, 2) : "not finite", seconds);
}

}  // namespace lamina
