#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>
#include <arrow/util/compression.h>

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

}  // namespace

void fuzz_arrow_stream(std::string_view input) { read_columnar(ColumnarFormat::kArrow, input); }

std::vector<std::string> seeds_arrow_stream() {
  return {written(false, arrow::Compression::UNCOMPRESSED),
          written(false, arrow::Compression::ZSTD), written(false, arrow::Compression::LZ4_FRAME),
          written(true, arrow::Compression::UNCOMPRESSED)};
}

}  // namespace lamina
