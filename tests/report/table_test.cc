#include "lamina/report/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/sample_records.h"

namespace lamina {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// Three runs of one sweep; the second was not scored on any task.
constexpr const char* kMha = R"({
  "format_version": 1, "design": "H64-MHA", "head_dim": 64, "num_attention_heads": 4, "num_key_value_heads": 4,
  "num_kv_layers": 6, "parameters": 1300000, "kv_bytes_per_token": 6144, "seed": 0,
  "tokenizer": "bytes", "data_hash": "aa", "settings": {"optimizer.learning_rate": 0.0003},
  "validation": {"perplexity": 3.21, "bits_per_byte": 1.6826},
  "tasks": {"cloze": {"acc": 0.75, "acc_stderr": 0.01},
            "wikitext": {"word_perplexity": 90.5, "word_perplexity_stderr": 2.5}},
  "baselines": {"byte_bigram": {"perplexity": 12.1, "bits_per_byte": 3.6}}})";
constexpr const char* kMqa = R"({
  "format_version": 1, "design": "H64-MQA", "head_dim": 64, "num_attention_heads": 4, "num_key_value_heads": 1,
  "num_kv_layers": 6, "parameters": 1250000, "kv_bytes_per_token": 1536, "seed": 0,
  "tokenizer": "bytes", "data_hash": "aa", "settings": {"optimizer.learning_rate": 0.0006},
  "validation": {"perplexity": 3.3, "bits_per_byte": 1.7225},
  "baselines": {"byte_bigram": {"perplexity": 12.1, "bits_per_byte": 3.6}}})";
constexpr const char* kCla2 = R"({
  "format_version": 1, "design": "H64-MQA-CLA2", "head_dim": 64, "num_attention_heads": 4, "num_key_value_heads": 1,
  "num_kv_layers": 3, "parameters": 1200000, "kv_bytes_per_token": 768, "seed": 0,
  "tokenizer": "bytes", "data_hash": "aa", "settings": {"optimizer.learning_rate": 0.0006},
  "validation": {"perplexity": 3.25, "bits_per_byte": 1.7004},
  "tasks": {"cloze": {"acc": 0.8, "acc_stderr": 0.009}, "wikitext": {"word_perplexity": 95.25}},
  "baselines": {"byte_bigram": {"perplexity": 12.1, "bits_per_byte": 3.6}}})";

std::vector<Record> three_records() {
  std::vector<Record> records;
  for (const char* text : {kMqa, kCla2, kMha}) {
    records.push_back(record_of(Json::parse(text), "result.json"));
  }
  return records;
}

std::vector<std::string> designs_of(const Table& table) {
  std::vector<std::string> designs;
  for (const Row& row : table.rows) designs.push_back(row.cells[0].text);
  return designs;
}

std::vector<std::string> keys_of(const Table& table) {
  std::vector<std::string> keys;
  for (const Column& column : table.columns) keys.push_back(column.key);
  return keys;
}

// A single row, so no value is best, whose design has every character that is special in a format.
Table awkward_table() {
  return make_table(std::vector{sample_record("a|b*_&<%\"\\,", 512, 9)}, {});
}

TEST(Markdown, OfThreeRecordsIsComplete) {
  EXPECT_EQ(
      to_markdown(make_table(three_records(), {})),
      // clang-format off
"| Design        | d_head | Query heads | KV heads | KV layers | KV bytes/token | Parameters | learning_rate | Validation perplexity | wikitext word_perplexity |      cloze acc |\n"
"|:--------------|-------:|------------:|---------:|----------:|---------------:|-----------:|--------------:|----------------------:|-------------------------:|---------------:|\n"
"| H64-MHA*      |     64 |           4 |        4 |         6 |          6,144 |     1.30 M |        0.0003 |             **3.210** |                **90.50** |     75.0 ± 1.0 |\n"
"| H64-MQA       |     64 |           4 |        1 |         6 |          1,536 |     1.25 M |        0.0006 |                 3.300 |                        – |              – |\n"
"| H64-MQA-CLA2* |     64 |           4 |        1 |         3 |        **768** |     1.20 M |        0.0006 |                 3.250 |                    95.25 | **80.0 ± 0.9** |\n"
"\n"
"- `*` Pareto-optimal: no other row is at least as good in both KV bytes and validation quality and better in one of them.\n"
"- Accuracies in %, ± one standard error over the examples.\n"
"- Byte bigram model counted on the same training text: perplexity 12.10, 3.600 bits per byte.\n");
  // clang-format on
}

TEST(Csv, OfThreeRecordsHasFullPrecisionAndEmptyFieldsForMissingValues) {
  EXPECT_EQ(to_csv(make_table(three_records(), {})),
            "design,pareto,head_dim,num_attention_heads,num_key_value_heads,num_kv_layers,"
            "kv_bytes_per_token,parameters,learning_rate,perplexity,wikitext.word_perplexity,"
            "wikitext.word_perplexity_stderr,cloze.acc,cloze.acc_stderr\n"
            "H64-MHA,true,64,4,4,6,6144,1300000,0.0003,3.21,90.5,2.5,0.75,0.01\n"
            "H64-MQA,false,64,4,1,6,1536,1250000,0.0006,3.3,,,,\n"
            "H64-MQA-CLA2,true,64,4,1,3,768,1200000,0.0006,3.25,95.25,,0.8,0.009\n");
}

TEST(Latex, OfThreeRecordsIsTabularWithNotes) {
  EXPECT_EQ(to_latex(make_table(three_records(), {})),
            R"(% requires \usepackage{booktabs}
\begin{tabular}{lrrrrrrrrrr}
\toprule
Design & d\_head & Query heads & KV heads & KV layers & KV bytes/token & Parameters & learning\_rate & Validation perplexity & wikitext word\_perplexity & cloze acc \\
\midrule
H64-MHA$^{*}$ & 64 & 4 & 4 & 6 & 6,144 & 1.30 M & 0.0003 & \textbf{3.210} & \textbf{90.50} & 75.0 $\pm$ 1.0 \\
H64-MQA & 64 & 4 & 1 & 6 & 1,536 & 1.25 M & 0.0006 & 3.300 & -- & -- \\
H64-MQA-CLA2$^{*}$ & 64 & 4 & 1 & 3 & \textbf{768} & 1.20 M & 0.0006 & 3.250 & 95.25 & \textbf{80.0 $\pm$ 0.9} \\
\bottomrule
\end{tabular}

\smallskip
{\footnotesize
$^{*}$ Pareto-optimal: no other row is at least as good in both KV bytes and validation quality and better in one of them. \\
Accuracies in \%, $\pm$ one standard error over the examples. \\
Byte bigram model counted on the same training text: perplexity 12.10, 3.600 bits per byte.\par}
)");
}

TEST(JsonTable, HasOneObjectPerDesignWithNullForMissingValues) {
  const Json json = to_json(make_table(three_records(), {}));
  EXPECT_EQ(json["columns"][1], (Json{{"key", "head_dim"}, {"title", "d_head"}}));
  EXPECT_EQ(json["rows"][1].dump(),
            R"({"design":"H64-MQA","pareto":false,"head_dim":64,"num_attention_heads":4,)"
            R"("num_key_value_heads":1,"num_kv_layers":6,"kv_bytes_per_token":1536,)"
            R"("parameters":1250000,"learning_rate":0.0006,"perplexity":3.3,)"
            R"("wikitext.word_perplexity":null,"wikitext.word_perplexity_stderr":null,)"
            R"("cloze.acc":null,"cloze.acc_stderr":null})");
  EXPECT_EQ(json["notes"].size(), 2u);
}

TEST(Html, IsOnePageWithoutExternalReferencesThatMarksBestValuesAndParetoRows) {
  const std::string html = to_html(make_table(three_records(), {}));
  EXPECT_TRUE(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
  EXPECT_THAT(html, HasSubstr("<td class=\"left\">H64-MHA<sup>*</sup></td><td>64</td>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"left\">H64-MQA</td>"));
  EXPECT_THAT(html, HasSubstr("<td><b>80.0 ± 0.9</b></td>"));
  EXPECT_THAT(html, HasSubstr("<p>Byte bigram model counted"));
  for (const char* reference : {"http", "src=", "href="})
    EXPECT_THAT(html, Not(HasSubstr(reference)));
}

TEST(Formats, EscapeSpecialCharactersOfDesign) {
  EXPECT_THAT(to_markdown(awkward_table()), HasSubstr("| a\\|b\\*_&&lt;%\"\\\\,* |"));
  EXPECT_THAT(to_latex(awkward_table()),
              HasSubstr("\na$|$b*\\_\\&$<$\\%\"\\textbackslash{},$^{*}$ & 64"));
  EXPECT_THAT(to_html(awkward_table()), HasSubstr(">a|b*_&amp;&lt;%&quot;\\,<sup>*</sup></td>"));
  EXPECT_THAT(to_csv(awkward_table()), HasSubstr("\n\"a|b*_&<%\"\"\\,\",true,64"));
}

TEST(MakeTable, SortsByKvBytesThenPerplexityOrKeepsOrderOfRecords) {
  std::vector<Record> records = three_records();
  records.push_back(sample_record("H32-GQA2", 1536, 3.29));
  EXPECT_EQ(designs_of(make_table(records, {})),
            (std::vector<std::string>{"H64-MHA", "H32-GQA2", "H64-MQA", "H64-MQA-CLA2"}));
  EXPECT_EQ(designs_of(make_table(records, {.order = RowOrder::kRecords})),
            (std::vector<std::string>{"H64-MQA", "H64-MQA-CLA2", "H64-MHA", "H32-GQA2"}));
}

TEST(MakeTable, MarksAllEqualBestValuesButNoneIfAllAreEqual) {
  const Table table = make_table(
      std::vector{sample_record("H64-MHA", 6144, 3.2), sample_record("H32-GQA2", 1536, 3.2),
                  sample_record("H64-MQA", 1536, 3.2)},
      {});
  const std::string text = to_markdown(table);
  EXPECT_THAT(text, Not(HasSubstr("**3.200**")));
  std::size_t num_best = 0;
  for (const Row& row : table.rows) {
    for (const Cell& cell : row.cells) num_best += cell.is_best ? 1 : 0;
  }
  EXPECT_EQ(num_best, 2u) << text;
}

TEST(MakeTable, HasColumnsOnlyForConditionsThatDiffer) {
  std::vector<Record> records = three_records();
  EXPECT_THAT(keys_of(make_table(records, {})), Contains("learning_rate"));
  for (Record& record : records) record.conditions = {{"optimizer.learning_rate", 0.1}};
  EXPECT_THAT(keys_of(make_table(records, {})), Not(Contains("optimizer.learning_rate")));
}

TEST(MakeTable, ShowsSkippedStepsIfARunHasSome) {
  EXPECT_THAT(keys_of(make_table(three_records(), {})), Not(Contains("skipped_steps")));
  Json a = sample_json("H64-MQA", 512, 9), b = a, c = sample_json("H64-MHA", 1024, 8);
  a["skipped_steps"] = 2;
  b["skipped_steps"] = 5;
  b["seed"] = 1;
  const Table table =
      make_table(std::vector{record_of(a, "a"), record_of(b, "b"), record_of(c, "c")}, {});
  EXPECT_THAT(keys_of(table), Contains("skipped_steps"));
  const std::string markdown = to_markdown(table);
  EXPECT_THAT(markdown, HasSubstr("| Skipped steps |"));
  EXPECT_THAT(markdown, HasSubstr("|             7 |"));  // of both seeds
  EXPECT_THAT(markdown, HasSubstr("|             0 |"));
}

TEST(MakeTable, DistinguishesSettingsWithSameLastPart) {
  std::vector<Record> records = three_records();
  records.resize(2);
  records[0].conditions = {{"model.mlp.kind", "gelu"}, {"model.norm.kind", "rms"}};
  records[1].conditions = {{"model.mlp.kind", "swiglu"}, {"model.norm.kind", "layer"}};
  EXPECT_THAT(to_markdown(make_table(records, {})),
              HasSubstr("| model.mlp.kind | model.norm.kind |"));
}

TEST(MakeTable, RanksDifferentTokenizersByBitsPerByteByDefault) {
  std::vector<Record> records = three_records();
  records[0].tokenizer = "bpe";
  EXPECT_THAT(error_of([&] { make_table(records, {.quality = Quality::kPerplexity}); }),
              HasSubstr("different tokenizers"));
  records[0].validation->perplexity = 1;  // with a different tokenizer, so not the best
  const Table table = make_table(records, {});
  const std::string text = to_markdown(table);
  EXPECT_EQ(text, to_markdown(make_table(records, {.quality = Quality::kBitsPerByte})));
  EXPECT_THAT(text, HasSubstr("| Validation perplexity | Validation bits/byte |"));
  EXPECT_THAT(text, HasSubstr("**1.683**"));
  EXPECT_THAT(text, Not(HasSubstr("**1.000**")));
  EXPECT_FALSE(table.rows[1].is_pareto);
  EXPECT_THAT(table.notes, Contains("Ranked by bits per byte, as perplexities with different "
                                    "tokenizers cannot be compared."));
}

TEST(MakeTable, WarnsOfDifferentHeldOutText) {
  std::vector<Record> records = three_records();
  records[0].tokenizer = "bpe";
  records[0].validation->bytes = 8104;
  records[1].validation->bytes = 2000;
  EXPECT_THAT(make_table(records, {}).notes,
              Contains("Warning: bits per byte were measured on different text: 2,000 bytes in "
                       "H64-MQA-CLA2, 8,104 in H64-MQA."));
}

TEST(MakeTable, NamesDivergedRunsAndMarksNoneAsBestOrParetoOptimal) {
  std::vector<Record> records = three_records();
  Record& diverged = records[1];  // the one with the fewest KV bytes and the best accuracy
  diverged.name = "H64-MQA-CLA2-lr0.1";
  diverged.validation->perplexity.reset();
  diverged.validation->bits_per_byte = 1.0;  // finite although exp(loss) is not
  for (const Quality quality : {Quality::kPerplexity, Quality::kBitsPerByte}) {
    const Table table = make_table(records, {.quality = quality});
    EXPECT_THAT(table.notes, Contains("Warning: diverged (the final perplexity is not finite): "
                                      "H64-MQA-CLA2-lr0.1."));
    const Row& row = table.rows.back();
    ASSERT_EQ(row.cells[0].text, "H64-MQA-CLA2");
    EXPECT_FALSE(row.is_pareto);
    for (const Cell& cell : row.cells) EXPECT_FALSE(cell.is_best) << cell.text;
  }
  EXPECT_THAT(to_markdown(make_table(records, {})), HasSubstr("**1,536**"));
}

TEST(MakeTable, ShowsScoresThatAreNotFiniteAndNamesRun) {
  Json broken = Json::parse(kCla2);
  broken["name"] = "broken";
  broken["tasks"]["cloze"] = {{"acc", nullptr}, {"acc_stderr", nullptr}, {"nonfinite_answers", 48}};
  const std::vector<Record> records{record_of(Json::parse(kMha), "a"),
                                    record_of(Json::parse(kMqa), "b"), record_of(broken, "c")};
  const Table table = make_table(records, {.order = RowOrder::kRecords});
  const auto cloze = std::ranges::find(table.columns, "cloze.acc", &Column::key);
  ASSERT_NE(cloze, table.columns.end());
  const auto column = static_cast<std::size_t>(cloze - table.columns.begin());
  EXPECT_EQ(table.rows[0].cells[column].text, "75.0 ± 1.0");
  EXPECT_EQ(table.rows[1].cells[column].text, "–");  // not scored
  EXPECT_EQ(table.rows[2].cells[column].text, "not finite");
  EXPECT_TRUE(table.rows[2].cells[column].value.is_null());
  EXPECT_THAT(table.notes,
              Contains("Warning: answers that are not finite: 48 of cloze in broken."));
  for (const Column& each : table.columns) EXPECT_THAT(each.key, Not(HasSubstr("nonfinite")));
}

TEST(MakeTable, HasTasksInPapersOrderThenAsRecorded) {
  std::vector<Record> records = three_records();
  records.resize(1);
  records[0].tasks.clear();
  for (const char* task : {"cloze", "arc_easy", "boolq_2shot", "arc_challenge", "hellaswag_10shot",
                           "mmlu", "wikitext", "piqa"}) {
    records[0].tasks.push_back({task, {{"acc", 0.5}}});
  }
  const auto keys = keys_of(make_table(records, {}));
  EXPECT_EQ((std::vector<std::string>{keys.end() - 8, keys.end()}),
            (std::vector<std::string>{"wikitext.acc", "hellaswag_10shot.acc", "piqa.acc",
                                      "boolq_2shot.acc", "arc_easy.acc", "cloze.acc",
                                      "arc_challenge.acc", "mmlu.acc"}));
}

TEST(MakeTable, HasBitsPerByteUnlessTokensAreBytes) {
  std::vector<Record> records = three_records();
  EXPECT_THAT(keys_of(make_table(records, {})), Not(Contains("bits_per_byte")));
  for (Record& record : records) record.tokenizer = "bpe";
  EXPECT_THAT(keys_of(make_table(records, {})), Contains("bits_per_byte"));
}

TEST(MakeTable, WarnsOfDifferentDataAndNamesDesignsOfBaselines) {
  std::vector<Record> records = three_records();
  records[0].data_hash = "bb0123456789";
  records[0].baselines = {{"byte_bigram", {{"perplexity", 11}}}};
  const Table table = make_table(records, {});
  EXPECT_THAT(table.notes,
              Contains("Warning: not all runs were trained on the same data (data_hash aa in 2 "
                       "records, bb012345 in 1 record)."));
  EXPECT_THAT(table.notes, Contains("Byte bigram model counted on the same training text: "
                                    "perplexity 11.00 (H64-MQA)."));
}

TEST(TableNumbers, OfDivergedRunAreShortInEveryFormat) {
  const std::vector<Record> records{sample_record("H8-MHA", 256, 15.2),
                                    sample_record("H8-MQA", 64, 4.85e21),
                                    sample_record("H4-MQA", 16, 1e300)};
  const Table table = make_table(records, {});
  for (const std::string& text : {to_markdown(table), to_latex(table), to_html(table)}) {
    EXPECT_THAT(text, HasSubstr("15.20"));
    EXPECT_THAT(text, HasSubstr("4.85e+21"));
    EXPECT_THAT(text, HasSubstr("1e+300"));
    EXPECT_THAT(text, Not(HasSubstr("0000000000")));
  }
}

}  // namespace
}  // namespace lamina
