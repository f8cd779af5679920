#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>
#include <arrow/util/compression.h>

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

/// Once found: a small file may claim any number of rows where a column is nothing but nulls.
std::string rows_without_data() {
  const auto schema = arrow::schema({arrow::field("text", arrow::null())});
  const std::int64_t num_rows = std::int64_t{1} << 40;
  const auto batch =
      arrow::RecordBatch::Make(schema, num_rows, {std::make_shared<arrow::NullArray>(num_rows)});
  const auto stream = arrow::io::BufferOutputStream::Create().ValueOrDie();
  auto options = arrow::ipc::IpcWriteOptions::Defaults();
  options.allow_64bit = true;
  const auto writer = arrow::ipc::MakeStreamWriter(stream, schema, options).ValueOrDie();
  (void)writer->WriteRecordBatch(*batch);
  (void)writer->Close();
  return stream->Finish().ValueOrDie()->ToString();
}

}  // namespace

void fuzz_arrow_stream(std::string_view input) { read_columnar(ColumnarFormat::kArrow, input); }

std::vector<std::string> seeds_arrow_stream() {
  return {written(false, arrow::Compression::UNCOMPRESSED),
          written(false, arrow::Compression::ZSTD), written(false, arrow::Compression::LZ4_FRAME),
          written(true, arrow::Compression::UNCOMPRESSED), rows_without_data()};
}

}  // namespace lamina
