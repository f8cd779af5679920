#pragma once
#include <arrow/api.h>

#include <memory>

namespace lamina {

/// Three rows with a text, a list of texts, a dictionary column and a struct.
inline std::shared_ptr<arrow::Table> columnar_table() {
  arrow::StringBuilder text;
  arrow::ListBuilder lists(arrow::default_memory_pool(), std::make_shared<arrow::StringBuilder>());
  arrow::StringDictionaryBuilder names;
  arrow::Int64Builder number;
  for (const char* value : {"one", "two", "three"}) {
    (void)text.Append(value);
    (void)lists.Append();
    (void)static_cast<arrow::StringBuilder*>(lists.value_builder())->Append(value);
    (void)names.Append("name");
    (void)number.Append(7);
  }
  const auto numbers = number.Finish().ValueOrDie();
  const auto pair = arrow::StructArray::Make({numbers}, std::vector<std::string>{"n"}).ValueOrDie();
  const auto texts = text.Finish().ValueOrDie(), items = lists.Finish().ValueOrDie(),
             coded = names.Finish().ValueOrDie();
  return arrow::Table::Make(
      arrow::schema({arrow::field("text", texts->type()), arrow::field("items", items->type()),
                     arrow::field("name", coded->type()), arrow::field("pair", pair->type())}),
      {texts, items, coded, pair});
}

}  // namespace lamina
