#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>
#include <arrow/util/compression.h>

#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "columnar_input.h"
#include "columnar_table.h"

namespace lamina {
namespace {

std::string written(bool as_file, arrow::Compression::type codec) {
  const auto table = columnar_table();
  const auto stream = arrow::io::BufferOutputStream::Create().ValueOrDie();
  auto options = arrow::ipc::IpcWriteOptions::Defaults();
  if (codec != arrow::Compression::UNCOMPRESSED) {
    options.codec = arrow::util::Codec::Create(codec).ValueOrDie();
  }
  const auto writer = (as_file ? arrow::ipc::MakeFileWriter(stream, table->schema(), options)
                               : arrow::ipc::MakeStreamWriter(stream, table->schema(), options))
                          .ValueOrDie();
  (void)writer->WriteTable(*table, 2);
  (void)writer->Close();
  return stream->Finish().ValueOrDie()->ToString();
}

std::string written_at_once(const std::shared_ptr<arrow::Array>& texts) {
  const auto schema = arrow::schema({arrow::field("text", texts->type())});
  const auto batch = arrow::RecordBatch::Make(schema, texts->length(), {texts});
  const auto stream = arrow::io::BufferOutputStream::Create().ValueOrDie();
  auto options = arrow::ipc::IpcWriteOptions::Defaults();
  options.allow_64bit = true;
  const auto writer = arrow::ipc::MakeStreamWriter(stream, schema, options).ValueOrDie();
  (void)writer->WriteRecordBatch(*batch);
  (void)writer->Close();
  return stream->Finish().ValueOrDie()->ToString();
}

// Found by fuzzing: a small file may claim any number of values of the null type.

std::string rows_without_data() {
  return written_at_once(std::make_shared<arrow::NullArray>(std::int64_t{1} << 40));
}

/// One row of 2^31 - 1 nulls.
std::string list_without_data() {
  constexpr std::int32_t kLength = std::numeric_limits<std::int32_t>::max();
  const std::vector<std::int32_t> offsets{0, kLength};
  return written_at_once(std::make_shared<arrow::ListArray>(
      arrow::list(arrow::null()), 1, arrow::Buffer::Wrap(offsets),
      std::make_shared<arrow::NullArray>(kLength)));
}

}  // namespace

void fuzz_arrow_stream(std::string_view input) { read_columnar(ColumnarFormat::kArrow, input); }

std::vector<std::string> seeds_arrow_stream() {
  return {written(false, arrow::Compression::UNCOMPRESSED),
          written(false, arrow::Compression::ZSTD),
          written(false, arrow::Compression::LZ4_FRAME),
          written(true, arrow::Compression::UNCOMPRESSED),
          rows_without_data(),
          list_without_data()};
}

}  // namespace lamina
