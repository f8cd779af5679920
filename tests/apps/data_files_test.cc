#include <gmock/gmock.h>

#include "apps/small_run.h"
#include "arrow_files.h"
#include "lamina/core/json_lines.h"
#include "written_files.h"

namespace lamina {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Which files `prepare` reads, as a user sees it.
class DataFiles : public testing::Test {
 protected:
  DataFiles() : program_(files_.root()) {
    files_.write("t.yaml", R"(
model: {design: H8-MQA-CLA2, hidden_size: 32, intermediate_size: 64, num_hidden_layers: 2}
data: {tokenizer: bytes, sequence_length: 8, validation: [valid.txt]}
train: {tokens: 64, batch_sequences: 4, micro_batch_sequences: 4, precision: float32}
)");
    files_.write("valid.txt", "held out text that is long enough\n");
  }

  /// JSON lines of that many documents.
  void rows(const std::string& path, int count) const {
    std::string lines;
    for (int i = 0; i < count; ++i) {
      lines += "{\"text\": \"" + path + " document " + std::to_string(i) + "\"}\n";
    }
    files_.write(path, lines);
  }

  ProgramResult prepare(const std::string& train) const {
    return program_.run("prepare t.yaml --json --output out/made data.train=" + train);
  }
  int documents(const std::string& train) const {
    const ProgramResult result = prepare(train);
    if (result.status != 0) return ADD_FAILURE() << result.errors, -1;
    return Json::parse(result.output)["train"][0]["documents"];
  }
  std::string errors(const std::string& train) const {
    const ProgramResult result = prepare(train);
    EXPECT_EQ(result.status, 1) << result.errors;
    return result.errors;
  }
  std::string log(const std::string& train) const { return prepare(train).errors; }

  WrittenFiles files_;
  Program program_;
};

TEST_F(DataFiles, SeveralSplitsInAFolderAreRefused) {
  rows("jsonl/train.jsonl", 10);
  rows("jsonl/test.jsonl", 4);
  const std::string folder = (files_.root() / "jsonl").string();
  EXPECT_THAT(errors("jsonl"),
              HasSubstr(folder +
                        ": holds several splits of one data set: train (train.jsonl), test "
                        "(test.jsonl); name one of them, for example " +
                        folder + "/train.jsonl"));
  EXPECT_EQ(documents("jsonl/train.jsonl"), 10);
  for (const char* split : {"train", "validation", "test"}) {
    rows("hub/data/" + std::string(split) + "-00000-of-00002.jsonl", 3);
    rows("hub/data/" + std::string(split) + "-00001-of-00002.jsonl", 3);
  }
  for (const char* place : {"hub", "hub/data", "hub/data/*.jsonl", "'hub/**/*.jsonl'"}) {
    const std::string message = errors(place);
    EXPECT_THAT(message, HasSubstr("holds several splits of one data set: train (")) << place;
    EXPECT_THAT(message, HasSubstr("; name one of them, for example " +
                                   (files_.root() / "hub/data/train*").string()))
        << place;
  }
  EXPECT_EQ(documents("'hub/data/train*'"), 6);
}

TEST_F(DataFiles, CachesOfDatasetsAreNoData) {
  write_arrow_texts(files_.root() / "cache/name-train.arrow", {"a", "b", "c"});
  write_arrow_texts(files_.root() / "cache/cache-0123456789abcdef.arrow", {"A", "B", "C"});
  files_.write("cache/dataset_info.json", "{}");
  EXPECT_EQ(documents("cache"), 3);
  EXPECT_EQ(documents("cache/*.arrow"), 3);
  write_arrow_texts(files_.root() / "cache/name-test.arrow", {"d"});
  EXPECT_THAT(errors("cache"), HasSubstr("holds several splits of one data set: train "
                                         "(name-train.arrow), test (name-test.arrow)"));
}

TEST_F(DataFiles, AnIndicesMappingIsApplied) {
  const std::vector<std::string> texts{"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9"};
  for (const auto& [split, indices] :
       {std::pair<std::string, std::vector<std::uint64_t>>{"train", {7, 0, 2, 9, 4, 5, 1, 3}},
        {"test", {8, 6}}}) {
    write_arrow_texts(files_.root() / "saved" / split / "dataset.arrow", texts);
    write_arrow_indices(files_.root() / "saved" / split / "indices.arrow", indices);
    files_.write("saved/" + split + "/state.json",
                 R"({"_data_files": [{"filename": "dataset.arrow"}], )"
                 R"("_indices_data_files": [{"filename": "indices.arrow"}]})");
  }
  files_.write("saved/dataset_dict.json", R"({"splits": ["train", "test"]})");
  EXPECT_EQ(documents("saved/train"), 8);
  EXPECT_EQ(documents("saved/train data.validation=saved/test"), 8);
  EXPECT_EQ(documents("saved/test"), 2);
  EXPECT_EQ(documents("saved/test/dataset.arrow"), 2);
  EXPECT_THAT(errors("saved"), HasSubstr("holds several splits of one data set: train "));
}

TEST_F(DataFiles, TwoStarsMatchAnyDepth) {
  rows("tree/a.jsonl", 4);
  rows("tree/s1/b.jsonl", 4);
  rows("tree/s1/s2/c.jsonl", 4);
  EXPECT_EQ(documents("'tree/**/*.jsonl'"), 12);
  EXPECT_EQ(documents("'tree/**'"), 12);
  EXPECT_EQ(documents("'tree/*/*.jsonl'"), 4);
  EXPECT_EQ(documents("'\"**/c.jsonl\"'"), 4);
}

TEST_F(DataFiles, RowsAreKnownByEveryEndingInAnyCapitals) {
  for (const char* file : {"x.ndjson", "x.jsonlines", "x.JSONL", "x.Json"}) {
    rows(file, 12);
    EXPECT_EQ(documents(file), 12) << file;
  }
  files_.write("x.csv", "text,id\n\"one, \"\"two\"\"\nthree\",0\r\nfour,1\n");
  EXPECT_EQ(documents("x.csv"), 2);
  files_.write("x.TSV", "id\ttext\n0\tone\n1\ttwo\n2\tthree\n");
  EXPECT_EQ(documents("x.TSV"), 3);
}

TEST_F(DataFiles, AFolderAndAPatternAgreeOnWhatIsData) {
  rows("mixed/a.jsonl", 3);
  rows("mixed/y.ndjson", 3);
  rows("mixed/z.JSONL", 3);
  files_.write("mixed/README.md", "# Words about the data\n");
  for (const char* place : {"mixed", "'mixed/*'"}) {
    EXPECT_EQ(documents(place), 9) << place;
    EXPECT_THAT(log(place), HasSubstr("data.train: reads 3 files (JSON lines), "));
    EXPECT_THAT(log(place), HasSubstr(": a.jsonl, y.ndjson, z.JSONL\n"));
    EXPECT_THAT(log(place), HasSubstr("data.train: left out 1 of an unknown kind (README.md)\n"));
  }
}

TEST_F(DataFiles, NamesThatBeginWithAnUnderscoreAreHidden) {
  rows("spark/part-00000-ab.jsonl", 10);
  rows("spark/_temporary/0/task_00/part-00000-ab.jsonl", 10);
  files_.write("spark/_SUCCESS", "");
  for (const char* place : {"spark", "'spark/*'", "'spark/**/*.jsonl'"}) {
    EXPECT_EQ(documents(place), 10) << place;
    EXPECT_THAT(log(place), HasSubstr("hidden (")) << place;
  }
  EXPECT_EQ(documents("spark/_temporary"), 10);
}

TEST_F(DataFiles, RowsUnderAnotherEndingAreNoText) {
  rows("x.data", 3);
  EXPECT_THAT(errors("x.data"), HasSubstr("x.data: has an unknown ending and begins with a JSON "
                                          "object; rename it to .jsonl"));
  files_.write("x.dat", "text,id\none,0\n");
  EXPECT_THAT(errors("x.dat"), HasSubstr("begins with what looks like the header of a table"));
  files_.write("x.csv.bz2", "BZh9");
  EXPECT_THAT(errors("x.csv.bz2"), HasSubstr("x.csv.bz2: files that end in .bz2 cannot be read; "));
  files_.write("notes.md", "# Notes\n");
  EXPECT_EQ(documents("notes.md"), 1);
}

TEST_F(DataFiles, AnArrayOfJsonIsNamedAsOne) {
  files_.write("x.json", "[{\"text\": \"a\"}, {\"text\": \"b\"}]\n");
  EXPECT_THAT(errors("x.json"), HasSubstr("x.json:1: begins with a JSON array; expected JSON "
                                          "lines, one object per line"));
  files_.write("y.json", "{\n  \"text\": \"a\"\n}\n");
  for (const char* words : {"y.json", "y.json data.on_bad_document=skip"}) {
    EXPECT_THAT(errors(words), HasSubstr("y.json:1: begins with a JSON object over several lines"));
  }
}

TEST_F(DataFiles, AFolderThatCannotBeMadeIsNamedWithTheReason) {
  files_.write("file", "");
  const ProgramResult result =
      program_.run("prepare t.yaml data.train=valid.txt data.validation=t.yaml data.cache=file/c");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr("file/c: cannot create this folder: Not a directory"));
}

TEST_F(DataFiles, AFileTakenForByteCountsIsCalledSo) {
  EXPECT_EQ(documents("valid.txt data.validation=t.yaml"), 1);
  files_.write("out/made-train.json", "{\"unrelated\": 1}");
  const ProgramResult result = program_.run("prepare t.yaml data.train=out/made-train");
  EXPECT_EQ(result.status, 1);
  const std::string prefix = (files_.root() / "out/made-train").string();
  EXPECT_THAT(result.errors,
              HasSubstr(prefix + ".json: invalid metadata of the token file " + prefix + ": "));
  EXPECT_THAT(result.errors, HasSubstr("key 'format' not found"));
}

TEST_F(DataFiles, TrainingLogsWhatItReads) {
  rows("mixed/a.jsonl", 30);
  files_.write("mixed/README.md", "# Words about the data\n");
  const ProgramResult result = program_.run("train t.yaml data.train=mixed evaluation.tasks=[]");
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("data.train: reads 1 file (JSON lines), "));
  EXPECT_THAT(result.errors, HasSubstr("data.train: left out 1 of an unknown kind (README.md)"));
}

}  // namespace
}  // namespace lamina
