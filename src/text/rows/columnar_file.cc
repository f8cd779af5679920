#include "columnar_file.h"

#include <arrow/array.h>

#include "arrow_json.h"
#include "columnar_reader.h"

namespace lamina {

void for_each_columnar_row(const ColumnarSource& source, const std::function<void(Json&&)>& row) {
  ColumnarFile file(source, {});
  check_has_json(file);
  while (const BatchPointer batch = file.next()) {
    for (std::int64_t i = 0; i < batch->num_rows(); ++i) {
      row(row_json(file, *batch, i, file.rows_before() + i + 1));
    }
  }
}

void for_each_columnar_text(const ColumnarSource& source, const std::string& column,
                            const std::function<void(std::optional<std::string_view>)>& text) {
  ColumnarFile file(source, {&column, 1});
  check_is_text(file);
  while (const BatchPointer batch = file.next()) {
    const arrow::Array& values = *batch->column(0);
    for (std::int64_t i = 0; i < values.length(); ++i) text(text_value(values, i));
  }
}

}  // namespace lamina
