#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/writer.h>

#include <string>
#include <string_view>
#include <vector>

#include "columnar_input.h"
#include "columnar_table.h"

namespace lamina {

void fuzz_parquet(std::string_view input) { read_columnar(ColumnarFormat::kParquet, input); }

std::vector<std::string> seeds_parquet() {
  std::vector<std::string> seeds;
  for (const auto codec : {parquet::Compression::UNCOMPRESSED, parquet::Compression::SNAPPY,
                           parquet::Compression::ZSTD, parquet::Compression::GZIP}) {
    const auto stream = arrow::io::BufferOutputStream::Create().ValueOrDie();
    const auto properties =
        parquet::WriterProperties::Builder().compression(codec)->enable_page_checksum()->build();
    const auto unsummed = parquet::WriterProperties::Builder().compression(codec)->build();
    const bool summed = codec == parquet::Compression::SNAPPY;
    if (!parquet::arrow::WriteTable(*columnar_table(), arrow::default_memory_pool(), stream, 2,
                                    summed ? properties : unsummed)
             .ok()) {
      continue;
    }
    seeds.push_back(stream->Finish().ValueOrDie()->ToString());
  }
  return seeds;
}

}  // namespace lamina
