#include "lamina/text/rows.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <fstream>

#include "error_text.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "shared_folder.h"
#include "temporary_folder.h"

namespace lamina {
namespace {
namespace fs = std::filesystem;

std::vector<Json> rows_of(const fs::path& file) {
  std::vector<Json> rows;
  for_each_row(file, [&](Json&& row) { rows.push_back(std::move(row)); });
  return rows;
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

class Rows : public testing::Test {
 protected:
  fs::path put(const std::string& name, std::string_view bytes) {
    std::ofstream(folder_.path() / name, std::ios::binary) << bytes;
    return folder_.path() / name;
  }
  /// The message of the error for a file with this content, without the folder.
  std::string message(const std::string& name, std::string_view bytes) {
    const fs::path file = put(name, bytes);
    std::string text = error_text([&] { rows_of(file); });
    const std::string folder = folder_.path().string() + "/";
    return text.starts_with(folder) ? text.substr(folder.size()) : text;
  }
  fs::path shared(const std::string& name) const { return shared_folder() / "data" / name; }

 private:
  TemporaryFolder folder_;
};

TEST_F(Rows, JsonLinesAreSplitOnlyAtNewlines) {
  const auto rows = rows_of(put(
      "a.jsonl", "{\"t\": \"a\\u2028b\"}\r\n\n \t\r\n{\"t\": \"c\xE2\x80\xA8\", \"n\": [1, {}]}"));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0]["t"],
            "a\xE2\x80\xA8"
            "b");
  EXPECT_EQ(rows[1], Json::parse(R"({"t": "c\u2028", "n": [1, {}]})"));
  EXPECT_TRUE(rows_of(put("empty.jsonl", "")).empty());
}

TEST_F(Rows, ALineMayBeManyMegabytesLong) {
  const std::string text(9'000'000, 'x');
  const std::string lines = "{\"t\": 1}\n{\"t\": \"" + text + "\"}\n{\"t\": 2}\n";
  for (const fs::path& file :
       {put("a.jsonl", lines), put("a.jsonl.gz", gzip(lines)), put("a.json.zst", zstd(lines))}) {
    const auto rows = rows_of(file);
    ASSERT_EQ(rows.size(), 3u) << file;
    EXPECT_TRUE(rows[1]["t"] == text);
    EXPECT_EQ(rows[2]["t"], 2);
  }
}

TEST_F(Rows, AllMembersAndFramesAreReadEvenIfALineCrossesThem) {
  const std::string first = "{\"t\": 1}\n{\"t\"", second = ": 2}\n", third = "{\"t\": 3}";
  const auto gz = rows_of(put(
      "a.jsonl.gz", gzip(first) + gzip("") + gzip(second) + gzip(third) + std::string(700, '\0')));
  const auto zst = rows_of(put("a.jsonl.zst", zstd(first) + zstd("") + zstd(second) + zstd(third)));
  ASSERT_EQ(gz.size(), 3u);
  EXPECT_EQ(gz[1]["t"], 2);
  EXPECT_EQ(gz, zst);
}

TEST_F(Rows, ErrorsNameLineAndReason) {
  EXPECT_EQ(message("a.jsonl", "{\"t\": 1}\n[2]\n"),
            "a.jsonl:2: got array; expected an object {...}");
  EXPECT_EQ(message("b.jsonl", "{\"t\": 1}\n\n{\"t\": \xFF}\n"),
            "b.jsonl:3: not UTF-8: byte 0xFF at column 7");
  EXPECT_TRUE(message("c.jsonl", "{}\n{\"t\": \n").starts_with("c.jsonl:2: not JSON: "));
  EXPECT_TRUE(message("d.jsonl", "{\"t\": 1e999}").starts_with("d.jsonl:1: not JSON: "));
  EXPECT_EQ(message("e.jsonl", "{}\n" + std::string(600, '[')),
            "e.jsonl:2: nested deeper than 512 levels");
  EXPECT_EQ(message("f.md", "a,b\n"),
            "f.md: not a file of rows; known endings are .jsonl, .ndjson, .jsonlines, .json, .csv, "
            ".tsv (each also with .gz or .zst), .parquet, .arrow");
}

TEST_F(Rows, TruncatedOrDamagedCompressedFilesAreErrors) {
  std::string lines;
  for (int i = 0; i < 50'000; ++i) lines += "{\"t\": " + std::to_string(i * 7919 % 50021) + "}\n";
  const std::string gz = gzip(lines), zst = zstd(lines);
  const auto ends_with = [](const std::string& text, const char* end) {
    EXPECT_TRUE(text.ends_with(end)) << text;
  };
  ends_with(message("a.jsonl.gz", gz.substr(0, gz.size() / 2)), ": the gzip data are truncated");
  ends_with(message("b.jsonl.zst", zst.substr(0, zst.size() / 2)), ": the zstd data are truncated");
  ends_with(message("c.jsonl.zst", zst.substr(0, zst.size() - 1)), ": the zstd data are truncated");
  EXPECT_EQ(message("d.jsonl.gz", lines),
            "d.jsonl.gz:1: the gzip data are damaged: incorrect header check");
  EXPECT_TRUE(
      message("e.jsonl.zst", lines).starts_with("e.jsonl.zst:1: the zstd data are damaged: "));
  std::string flipped = gz;
  flipped[gz.size() - 6] = static_cast<char>(flipped[gz.size() - 6] ^ 1);
  ends_with(message("f.jsonl.gz", flipped), ": the gzip data are damaged: incorrect data check");
}

TEST_F(Rows, CallersErrorsPassUnchanged) {
  const fs::path file = put("a.jsonl", "{}\n");
  EXPECT_EQ(error_text([&] { for_each_row(file, [](Json&&) { throw Error("mine"); }); }), "mine");
}

TEST_F(Rows, DamagedColumnarFilesGiveAOneLineError) {
  for (const char* name : {"a.parquet", "a.arrow"}) {
    for (const std::string& bytes :
         {std::string(), std::string("PAR1"), std::string(100, '\xFF'),
          std::string("ARROW1\0\0", 8), "PAR1" + std::string(50, 'x') + "PAR1"}) {
      const std::string text = message(name, bytes);
      EXPECT_TRUE(text.starts_with(name)) << text;
      EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    }
  }
}

/// A file of the reference data and JSON lines with the same rows.
struct Twin {
  const char* file;
  const char* lines;
};

class TwinRows : public Rows, public testing::WithParamInterface<Twin> {};

TEST_P(TwinRows, AgreeWithTheJsonLines) {
  const fs::path file = shared(GetParam().file), lines = shared(GetParam().lines);
  if (!fs::exists(file)) GTEST_SKIP() << file << " is absent";
  const auto rows = rows_of(file), expected = rows_of(lines);
  ASSERT_EQ(rows.size(), expected.size());
  ASSERT_FALSE(rows.empty());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const auto& [key, value] : expected[i].items()) {
      ASSERT_TRUE(rows[i].contains(key)) << i << " " << key;
      ASSERT_EQ(rows[i][key], value) << i << " " << key;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shared, TwinRows,
    testing::Values(
        Twin{"formats/jsonl/arxiv_sample.jsonl.zst", "formats/jsonl/arxiv_sample.jsonl"},
        Twin{"formats/jsonl/arxiv_sample_multiframe.jsonl.zst", "formats/jsonl/arxiv_sample.jsonl"},
        Twin{"formats/parquet_made_with_duckdb/arc_easy_validation.zstd.parquet",
             "arc_easy/validation.jsonl"},
        Twin{"formats/parquet_made_with_duckdb/lambada_test.gzip.parquet",
             "lambada_openai/lambada_test.jsonl"},
        Twin{"formats/parquet_made_with_duckdb/mmlu_dev.snappy.parquet", "mmlu/dev.jsonl"},
        Twin{"formats/parquet_made_with_duckdb/piqa_validation.snappy.parquet",
             "piqa/validation.jsonl"},
        Twin{"formats/parquet_made_with_duckdb/wikitext_test_pages.zstd.parquet",
             "wikitext/test_pages.jsonl"},
        Twin{"formats/parquet_made_with_duckdb/winogrande_validation.uncompressed.parquet",
             "winogrande/validation.jsonl"},
        Twin{"arc_challenge/hf_save_to_disk/validation/data-00000-of-00001.arrow",
             "arc_challenge/validation.jsonl"},
        Twin{"arc_easy/hf_save_to_disk/validation/data-00000-of-00001.arrow",
             "arc_easy/validation.jsonl"},
        Twin{"boolq/hf_save_to_disk/validation/data-00000-of-00001.arrow",
             "boolq/google_boolq_validation.jsonl"},
        Twin{"openbookqa/hf_save_to_disk/validation/data-00000-of-00001.arrow",
             "openbookqa/validation.jsonl"},
        Twin{"piqa/hf_save_to_disk/validation/data-00000-of-00001.arrow", "piqa/validation.jsonl"},
        Twin{"sciq/hf_save_to_disk/validation/data-00000-of-00001.arrow", "sciq/validation.jsonl"},
        Twin{"winogrande/hf_save_to_disk/validation/data-00000-of-00001.arrow",
             "winogrande/validation.jsonl"}),
    [](const auto& tested) {
      std::string name = tested.param.file;
      for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
      return name;
    });

/// A row of a file that other software wrote, as pyarrow 21.0.0 reads it:
/// pq.read_table(file).to_pylist().
struct Genuine {
  const char* file;
  std::size_t num_rows;
  std::size_t row;
  const char* json;
};

class GenuineParquet : public Rows, public testing::WithParamInterface<Genuine> {};

TEST_P(GenuineParquet, ReadsWhatPyarrowReads) {
  const fs::path file = shared("formats/parquet_genuine/") / GetParam().file;
  if (!fs::exists(file)) GTEST_SKIP() << file << " is absent";
  const auto rows = rows_of(file);
  ASSERT_EQ(rows.size(), GetParam().num_rows);
  EXPECT_EQ(rows[GetParam().row], Json::parse(GetParam().json)) << rows[GetParam().row];
}

INSTANTIATE_TEST_SUITE_P(Shared, GenuineParquet,
                         testing::Values(
                             Genuine{"apache_binary.parquet", 12, 3,
                                     R"json({"foo": "\u0003"})json"},
                             Genuine{
                                 "apache_byte_stream_split.zstd.parquet", 300, 7,
                                 R"json({"f32": -0.15135720372200012, "f64": -1.3467175057975553})json"},
                             Genuine{
                                 "apache_datapage_v2.snappy.parquet", 5, 1,
                                 R"json({"a": "abc", "b": 2, "c": 3.0, "d": true, "e": null})json"},
                             Genuine{
                                 "apache_delta_byte_array.parquet", 1000, 999,
                                 R"json({"c_customer_id": "AAAAAAAABAAAAAAA", "c_salutation": "Mr.", "c_first_name": "Javier", "c_last_name": "Lewis", "c_preferred_cust_flag": "Y", "c_birth_country": "CHILE", "c_login": null, "c_email_address": "Javier.Lewis@VFAxlnZEvOx.org", "c_last_review_date": "2452508"})json"},
                             Genuine{"apache_list_columns.parquet", 3, 1,
                                     R"json({"int64_list": [null, 1], "utf8_list": null})json"},
                             Genuine{"apache_lz4_raw_compressed.parquet", 4, 2,
                                     R"json({"c0": 1593604801, "c1": "abc", "v11": 42.125})json"},
                             Genuine{
                                 "apache_nested_lists.snappy.parquet", 3, 2,
                                 R"json({"a": [[["a", "b"], ["c", "d"], ["e"]], [null, ["f"]]], "b": 1})json"},
                             Genuine{
                                 "apache_nonnullable.impala.parquet", 1, 0,
                                 R"json({"ID": 8, "Int_Array": [-1], "int_array_array": [[-1, -2], []], "Int_Map": [{"key": "k1", "value": -1}], "int_map_array": [[], [{"key": "k1", "value": 1}], [], []], "nested_Struct": {"a": -1, "B": [-1], "c": {"D": [[{"e": -1, "f": "nonnullable"}]]}, "G": []}})json"},
                             Genuine{
                                 "apache_nullable.impala.parquet", 7, 0,
                                 R"json({"id": 1, "int_array": [1, 2, 3], "int_array_Array": [[1, 2], [3, 4]], "int_map": [{"key": "k1", "value": 1}, {"key": "k2", "value": 100}], "int_Map_Array": [[{"key": "k1", "value": 1}]], "nested_struct": {"A": 1, "b": [1], "C": {"d": [[{"E": 10, "F": "aaa"}, {"E": -10, "F": "bbb"}], [{"E": 11, "F": "c"}]]}, "g": [{"key": "foo", "value": {"H": {"i": [1.1]}}}]}})json"},
                             Genuine{
                                 "apache_plain-dict-uncompressed-checksum.parquet", 1000, 500,
                                 R"json({"long_field": 0, "binary_field": "a655fd0e-9949-4059-bcae-fd6a002a4652"})json"},
                             Genuine{
                                 "hf_datasets_written_amc23_test.parquet", 40, 39,
                                 R"json({"id": 49, "answer": 8.0, "url": "https://artofproblemsolving.com/wiki/index.php/2023_AMC_12B_Problems/Problem_9", "question": "What is the area of the region in the coordinate plane defined by\n$| | x | - 1 | + | | y | - 1 | \\le 1$?"})json"},
                             Genuine{
                                 "pandas_written_aime2024.parquet", 30, 0,
                                 R"json({"ID": "2024-II-4", "Problem": "Let $x,y$ and $z$ be positive real numbers that satisfy the following system of equations: \n\\[\\log_2\\left({x \\over yz}\\right) = {1 \\over 2}\\]\n\\[\\log_2\\left({y \\over xz}\\right) = {1 \\over 3}\\]\n\\[\\log_2\\left({z \\over xy}\\right) = {1 \\over 4}\\]\nThen the value of $\\left|\\log_2(x^4y^3z^2)\\right|$ is $\\tfrac{m}{n}$ where $m$ and $n$ are relatively prime positive integers. Find $m+n$.", "Solution": "Denote $\\log_2(x) = a$, $\\log_2(y) = b$, and $\\log_2(z) = c$.\n\nThen, we have:\n$a-b-c = \\frac{1}{2}$,\n$-a+b-c = \\frac{1}{3}$,\n$-a-b+c = \\frac{1}{4}$.\n\nNow, we can solve to get $a = \\frac{-7}{24}, b = \\frac{-9}{24}, c = \\frac{-5}{12}$.\nPlugging these values in, we obtain $|4a + 3b + 2c|  = \\frac{25}{8} \\implies \\boxed{033}$.", "Answer": 33})json"}),
                         [](const auto& tested) {
                           std::string name = tested.param.file;
                           for (char& c : name)
                             c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
                           return name;
                         });

TEST_F(Rows, AColumnWithoutAJsonEquivalentIsAnError) {
  const fs::path file = shared("formats/parquet_genuine/apache_alltypes_plain.parquet");
  if (!fs::exists(file)) GTEST_SKIP() << file << " is absent";
  EXPECT_EQ(error_text([&] { rows_of(file); }),
            file.string() +
                ": column \"timestamp_col\" has type timestamp[ns], which has no JSON equivalent");
}

TEST_F(Rows, TruncatedColumnarFilesFailWhereverTheyAreCut) {
  for (const char* name :
       {"formats/parquet_genuine/hf_datasets_written_amc23_test.parquet",
        "mmlu/hf_save_to_disk/abstract_algebra/test/data-00000-of-00001.arrow"}) {
    if (!fs::exists(shared(name))) GTEST_SKIP() << name << " is absent";
    const std::string bytes = read_file(shared(name));
    const std::string ending = fs::path(name).extension();
    for (const double part : {0.1, 0.5, 0.9}) {
      const auto size = static_cast<std::size_t>(part * static_cast<double>(bytes.size()));
      const std::string text = message("cut" + ending, bytes.substr(0, size));
      EXPECT_TRUE(text.starts_with("cut" + ending + ": ")) << text;
      EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    }
  }
}

}  // namespace
}  // namespace lamina
