#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "../../src/text/rows/csv_reader.h"
#include "lamina/core/error.h"

namespace lamina {
namespace {

using Records = std::vector<CsvFields>;

Records records_of(std::string_view text) {
  CsvReader reader(memory_source(text), ',');
  Records records;
  for (CsvFields fields; reader.next(fields);) records.push_back(fields);
  return records;
}

std::string quoted(const Records& records) {
  std::string text;
  for (const CsvFields& fields : records) {
    for (const std::string& field : fields) {
      text += &field == fields.data() ? "\"" : ",\"";
      for (const char c : field) text += c == '"' ? "\"\"" : std::string(1, c);
      text += '"';
    }
    text += "\r\n";
  }
  return text;
}

}  // namespace

/// Records that are written again with all fields quoted read as the same records.
void fuzz_csv(std::string_view input) {
  Records records;
  try {
    records = records_of(input);
  } catch (const Error&) {
    return;
  }
  if (records_of(quoted(records)) != records) std::abort();
}

std::vector<std::string> seeds_csv() {
  return {"text,id\r\n\"one, \"\"two\"\"\r\nthree\",1\r\nfour,2\n\n,\n\"\"\n"};
}

}  // namespace lamina
