#include "lamina/eval/task.h"

#include <gmock/gmock.h>

#include <set>

#include "error_text.h"
#include "eval/lm_eval_data.h"
#include "written_files.h"

namespace lamina {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class Task : public testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) const { files_.write(path, text); }

  TaskRequests make(const std::string& name, int num_fewshot = 0, std::int64_t limit = 0) const {
    return make_task(name, files_.root(), {.num_fewshot = num_fewshot, .limit = limit}).at(0);
  }

  std::string message(const std::string& name, int num_fewshot = 0) const {
    return error_text([&] { make(name, num_fewshot); });
  }

  /// The path of a data file, as in messages.
  std::string path(const std::string& inside) const { return (files_.root() / inside).string(); }

  WrittenFiles files_;
};

std::string piqa_row(int number, const std::string& label = "0") {
  const std::string n = std::to_string(number);
  return R"({"goal":"g)" + n + R"(","sol1":"a)" + n + R"(","sol2":"bb","label":)" + label + "}\n";
}

TEST_F(Task, NamesAreUnique) {
  const auto names = task_names();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  EXPECT_THAT(names, SizeIs(10 + 57 + 5));
  EXPECT_EQ(names.back(), "mmlu");
}

TEST_F(Task, GroupsHaveTheSameSizesAsInTheHarness) {
  std::vector<std::size_t> sizes;
  for (const TaskGroup& group : task_groups("mmlu")) sizes.push_back(group.tasks.size());
  EXPECT_THAT(sizes, ElementsAre(19, 13, 12, 13, 57));
  EXPECT_THAT(task_groups("mmlu_other"), SizeIs(1));
  EXPECT_THAT(task_groups("piqa"), SizeIs(0));
}

TEST_F(Task, EveryChoiceIsARequestWithItsLengthInCharacters) {
  write("piqa/valid.jsonl", R"({"goal":"g","sol1":"\u00e9","sol2":"bb","label":1})");
  const TaskRequests piqa = make("piqa");
  ASSERT_THAT(piqa.documents, SizeIs(1));
  const TaskDocument& document = piqa.documents[0];
  EXPECT_EQ(document.requests.at(0).context, "Question: g\nAnswer:");
  EXPECT_EQ(document.requests.at(0).continuation, " \u00e9");
  EXPECT_EQ(document.requests.at(1).continuation, " bb");
  EXPECT_THAT(document.lengths, ElementsAre(1, 2));
  EXPECT_EQ(document.gold, 1u);
}

TEST_F(Task, ALimitTakesTheFirstDocuments) {
  write("piqa/validation.jsonl", piqa_row(1) + piqa_row(2) + piqa_row(3));
  EXPECT_THAT(make("piqa", 0, 2).documents, SizeIs(2));
  EXPECT_THAT(make("piqa", 0, 9).documents, SizeIs(3));
}

TEST_F(Task, TheLastWordBeginsAfterTheLastSpaceCharacter) {
  write("lambada_openai/test.jsonl", R"({"text":"a b\nc\u00a0d"})"
                                     "\n"
                                     R"({"text":"word"})");
  const TaskRequests lambada = make("lambada_openai");
  EXPECT_EQ(lambada.documents[0].requests[0].context, "a");
  EXPECT_EQ(lambada.documents[0].requests[0].continuation, " b\nc\u00a0d");
  EXPECT_EQ(lambada.documents[1].requests[0].context, "");
  EXPECT_EQ(lambada.documents[1].requests[0].continuation, " word");
}

// The pool has the document, with its keys in another order, and one other row.
TEST_F(Task, ADocumentIsNotItsOwnShot) {
  write("piqa/validation.jsonl", piqa_row(1) + piqa_row(2));
  write("piqa/train.jsonl", R"({"label":0,"sol2":"bb","sol1":"a1","goal":"g1"})"
                            "\n" +
                                piqa_row(2));
  const TaskRequests piqa = make("piqa", 1);
  EXPECT_EQ(piqa.documents[0].requests[0].context,
            "Question: g2\nAnswer: a2\n\nQuestion: g1\nAnswer:");
  EXPECT_EQ(piqa.documents[1].requests[0].context,
            "Question: g1\nAnswer: a1\n\nQuestion: g2\nAnswer:");
}

// Two of three rows are drawn. Often both are copies of the document; then the harness draws again.
TEST_F(Task, ACopyOfTheDocumentIsNotAShot) {
  std::string documents;
  for (int i = 0; i < 20; ++i) documents += piqa_row(1);
  write("piqa/validation.jsonl", documents);
  write("piqa/train.jsonl", piqa_row(1) + piqa_row(1) + piqa_row(2));
  for (const TaskDocument& document : make("piqa", 1).documents) {
    EXPECT_EQ(document.requests[0].context, "Question: g2\nAnswer: a2\n\nQuestion: g1\nAnswer:");
  }
  write("piqa/train.jsonl", piqa_row(1) + piqa_row(1));
  EXPECT_EQ(message("piqa", 1),
            "piqa: 1 shots need 1 rows other than the document, but the train split has 0");
}

// The harness's word includes the space before it; in a shot, the harness adds another one.
TEST_F(Task, ALastWordsShotHasTwoSpaces) {
  write("lambada_openai/test.jsonl", R"({"text":"a b c"})");
  EXPECT_EQ(make("lambada_openai", 1).documents[0].requests[0].context, "a b  c\n\na b");
}

TEST_F(Task, WikitextIsDetokenised) {
  write("wikitext/test.jsonl", R"({"page":"it /' 5/ @-@ b ( c ) , 1 @,@ 000 ."})");
  const TaskDocument document = make("wikitext").documents.at(0);
  EXPECT_EQ(document.requests[0].context, "it /'[0-9]/-b (c), 1,000 .");
}

TEST_F(Task, MmluTakesItsFirstDevRowsAndOnlyItsSubject) {
  const auto row = [](const std::string& question, const std::string& subject) {
    return R"({"question":")" + question + R"(","subject":")" + subject +
           R"(","choices":["p","q","r","s"],"answer":2})" + "\n";
  };
  write("mmlu/test.jsonl", row("other", "anatomy") + row(" mine\\u00a0", "college_physics"));
  write("mmlu/dev.jsonl",
        row("a", "anatomy") + row("b", "college_physics") + row("c", "college_physics"));
  const TaskRequests physics = make("mmlu_college_physics", 1);
  ASSERT_THAT(physics.documents, SizeIs(1));
  EXPECT_EQ(physics.documents[0].requests[3].context,
            "The following are multiple choice questions (with answers) about college physics.\n\n"
            "b\nA. p\nB. q\nC. r\nD. s\nAnswer: C\n\nmine\nA. p\nB. q\nC. r\nD. s\nAnswer:");
  EXPECT_EQ(physics.documents[0].requests[3].continuation, " D");
  EXPECT_EQ(message("mmlu_virology"),
            "mmlu_virology: " + path("mmlu/test.jsonl") + " has no rows of subject virology");
}

TEST_F(Task, TheOriginalPiqaHasItsLabelsInASeparateFile) {
  write("piqa/valid.jsonl", R"({"goal":"g","sol1":"a","sol2":"b"})"
                            "\n"
                            R"({"goal":"h","sol1":"a","sol2":"b"})");
  write("piqa/valid-labels.lst", "1\n0\n");
  EXPECT_EQ(make("piqa").documents[0].gold, 1u);
  EXPECT_EQ(make("piqa").documents[1].gold, 0u);
  write("piqa/valid-labels.lst", "1\n");
  EXPECT_EQ(message("piqa"), path("piqa/valid-labels.lst") +
                                 ": got 1 labels; expected 2, one for each row of valid.jsonl");
}

TEST_F(Task, TheHellaswagLabelIsANumberOrText) {
  const std::string row = R"({"activity_label":"L","ctx_a":"[x] One.","ctx_b":"TWO [title]  b",)"
                          R"("endings":["[a\n]c"," [header] d ","e","f"],"label":)";
  write("hellaswag/validation.jsonl", row + "3}\n" + row + "\"2\"}\n");
  const TaskRequests hellaswag = make("hellaswag");
  EXPECT_EQ(hellaswag.documents[0].gold, 3u);
  EXPECT_EQ(hellaswag.documents[1].gold, 2u);
  EXPECT_EQ(hellaswag.documents[0].requests[0].context, "L: One. Two.  b");
  EXPECT_EQ(hellaswag.documents[0].requests[0].continuation, " [a\n]c");
  EXPECT_EQ(hellaswag.documents[0].requests[1].continuation, "  d");
}

// SuperGLUE's val.jsonl has booleans, the Parquet files on the Hub have integers, and tables
// written by pandas have "True" or 1.0.
TEST_F(Task, AnAnswerMayBeABooleanAnIntegerAFloatOrText) {
  std::string boolq, piqa;
  for (const char* label : {"false", "0", "\"0\"", "\"False\"", "0.0", "true", "1", "\"1\"",
                            "\"true\"", "1.0", "\"yes\""}) {
    boolq += R"({"question":"q","passage":"p","label":)" + std::string(label) + "}\n";
    if (std::string(label) != "\"yes\"") piqa += piqa_row(1, label);
  }
  write("boolq/val.jsonl", boolq);
  write("piqa/validation.jsonl", piqa);
  const auto golds = [&](const char* task) {
    std::vector<std::size_t> found;
    for (const TaskDocument& document : make(task).documents) found.push_back(document.gold);
    return found;
  };
  EXPECT_THAT(golds("boolq"), ElementsAre(0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1));
  EXPECT_THAT(golds("piqa"), ElementsAre(0, 0, 0, 0, 0, 1, 1, 1, 1, 1));
}

TEST_F(Task, AnAnswerMayBeALetterAndALabelANumber) {
  const std::string row = R"({"question":"q","choices":["p","q","r","s"],"answer":)";
  write("mmlu/anatomy/test.jsonl", row + "\"C\"}\n" + row + "\"2\"}\n" + row + "2}\n");
  for (const TaskDocument& document : make("mmlu_anatomy").documents) EXPECT_EQ(document.gold, 2u);
  const std::string arc = R"({"question":"q","choices":{"text":["a","b"],"label":)";
  write("arc_easy/test.jsonl", arc + R"([1,2]},"answerKey":2})" + "\n" + arc +
                                   R"(["1","2"]},"answerKey":2})" + "\n" + arc +
                                   R"([1,2]},"answerKey":"2"})" + "\n");
  for (const TaskDocument& document : make("arc_easy").documents) EXPECT_EQ(document.gold, 1u);
}

TEST_F(Task, MissingDataAreAnErrorThatSaysWhatToProvide) {
  EXPECT_EQ(message("arc_easy"),
            "arc_easy: no test split under " + files_.root().string() +
                "; put test.jsonl, test-00000-of-00001.parquet or the folder test/ of save_to_disk "
                "into one of its folders: arc_easy/ARC-Easy, arc_easy, ai2_arc/ARC-Easy");
  write("piqa/validation.jsonl", piqa_row(1));
  EXPECT_THAT(message("piqa", 1), HasSubstr("piqa: no train split under "));
  write("sciq/test.jsonl", "");
  EXPECT_EQ(message("sciq"), "sciq: " + path("sciq/test.jsonl") + " has no rows");
}

TEST_F(Task, AnAnswerThatIsNotAChoiceIsAnError) {
  write("arc_easy/test.jsonl", R"({"question":"q","choices":{"text":["a","b"],)"
                               R"("label":["A","B","C"]},"answerKey":"C"})");
  EXPECT_EQ(message("arc_easy"), "arc_easy: " + path("arc_easy/test.jsonl") +
                                     ", row 1: column answerKey: got choice 3; expected at most 2");
}

TEST_F(Task, RowsOutsideASubjectFolderMustHaveASubject) {
  const std::string row = R"({"question":"q","choices":["a","b","c","d"],"answer":1)";
  write("mmlu/test.jsonl", row + "}\n");
  EXPECT_EQ(message("mmlu_anatomy"),
            "mmlu_anatomy: " + path("mmlu/test.jsonl") +
                ", row 1: no column subject, and the file is not in a folder anatomy");
  write("mmlu/test.jsonl", row +
                               R"(,"subject":"virology"})"
                               "\n" +
                               row + R"(,"subject":"anatomy"})");
  EXPECT_EQ(make("mmlu_anatomy").documents.size(), 1u);
  write("mmlu/anatomy/test.jsonl", row + "}\n" + row + "}\n");
  EXPECT_EQ(make("mmlu_anatomy").documents.size(), 2u);
}

TEST_F(Task, AnUnknownNameIsAnErrorThatListsTheNames) {
  EXPECT_THAT(message("helaswag"),
              AllOf(HasSubstr("helaswag: unknown task; expected cloze, wikitext, "),
                    HasSubstr("lambada_openai, mmlu, mmlu_SUBJECT or")));
}

TEST_F(Task, AnInvalidNumberOfShotsIsAnError) {
  write("piqa/validation.jsonl", piqa_row(1));
  write("piqa/train.jsonl", piqa_row(1) + piqa_row(2));
  EXPECT_EQ(message("piqa", 2), "piqa: 2 shots need 3 rows, but the train split has 2");
  EXPECT_EQ(message("piqa", -1), "piqa: got -1 shots; expected 0 to 1000");
  EXPECT_EQ(message("piqa", 1001), "piqa: got 1001 shots; expected 0 to 1000");
  EXPECT_EQ(message("wikitext", 5), "wikitext: got 5 shots; expected 0 for a rolling task");
}

TEST_F(Task, AnInvalidRowIsAnErrorThatNamesIt) {
  write("piqa/validation.jsonl", piqa_row(1) + R"({"goal":"g","sol1":"a"})");
  EXPECT_EQ(message("piqa"), "piqa: " + path("piqa/validation.jsonl") +
                                 ", row 2: no column sol2; the columns are goal, sol1");
  write("piqa/validation.jsonl", piqa_row(1, "2"));
  EXPECT_THAT(message("piqa"), HasSubstr(", row 1: column label: got 2; expected 0 to 1"));
  write("piqa/validation.jsonl", piqa_row(1, "-1"));
  EXPECT_THAT(message("piqa"), HasSubstr(", row 1: column label: got -1; expected 0 to 1"));
  write("piqa/validation.jsonl", piqa_row(1, "0.5"));
  EXPECT_THAT(message("piqa"), HasSubstr(", row 1: column label: got 0.5; expected 0 to 1"));
  write("piqa/validation.jsonl", piqa_row(1, "[1]"));
  EXPECT_THAT(message("piqa"), HasSubstr("column label: got array; expected text or an integer"));
  write("hellaswag/validation.jsonl",
        R"({"activity_label":"L","ctx_a":"a","ctx_b":"b","endings":["c","d","e"],"label":true})");
  EXPECT_THAT(message("hellaswag"), HasSubstr(", row 1: column label: got true; expected 0 to 2"));
  write("winogrande/validation.jsonl",
        R"({"sentence":"a _","option1":"a","option2":"b","answer":true})");
  EXPECT_THAT(message("winogrande"),
              HasSubstr(", row 1: column answer: got true; expected 1 to 2"));
  write("winogrande/validation.jsonl",
        R"({"sentence":"no gap","option1":"a","option2":"b","answer":"1"})");
  EXPECT_THAT(message("winogrande"), HasSubstr(", row 1: column sentence has no gap \"_\""));
  write("openbookqa/test.jsonl",
        R"({"question_stem":"q","choices":{"text":["a"],"label":["A"]},"answerKey":"B"})");
  EXPECT_THAT(message("openbookqa"),
              HasSubstr("column answerKey: got \"B\"; expected one of [\"A\"]"));
}

TEST_F(Task, AnInvalidShotIsAnErrorThatNamesIt) {
  write("piqa/validation.jsonl", piqa_row(1));
  write("piqa/train-00000-of-00002.jsonl", piqa_row(2));
  write("piqa/train-00001-of-00002.jsonl", piqa_row(3, "null"));
  EXPECT_EQ(message("piqa", 1), "piqa: " + path("piqa/train-00000-of-00002.jsonl") +
                                    " and 1 more, row 2: column label: got null; expected text or "
                                    "an integer");
}

TEST_F(Task, BoolqWithoutTitlesIsAnError) {
  write("boolq/validation.jsonl", R"({"question":"q","answer":false,"passage":"p"})");
  EXPECT_EQ(
      message("boolq"),
      "boolq: " + path("boolq/validation.jsonl") +
          ", row 1: got google/boolq (column answer), whose passages have no titles; expected "
          "SuperGLUE's boolq (columns question, passage, label)");
}

/// A file or folder of shared/data with the same rows as a JSON lines file. `place` and
/// `json_place` are the paths in a data folder that they are linked to.
struct SameRows {
  std::string task, json_place, json_lines, place, source;
};

class SameData : public testing::TestWithParam<SameRows> {
 protected:
  static std::vector<TaskRequests> made_of(const std::string& place, const std::string& source) {
    const TemporaryFolder folder;
    std::filesystem::create_directories((folder.path() / place).parent_path());
    std::filesystem::create_symlink(std::filesystem::absolute(LmEvalData::source() / source),
                                    folder.path() / place);
    return make_task(GetParam().task, folder.path(), {});
  }
};

/// All fields of a document as text.
std::string text_of(const TaskDocument& document) {
  std::string text = std::to_string(document.gold);
  for (const Request& request : document.requests) {
    text += "|" + request.context + "|" + request.continuation;
  }
  for (const std::int64_t length : document.lengths)
    text.append("|").append(std::to_string(length));
  return text;
}

TEST_P(SameData, GivesTheSameRequests) {
  const SameRows& same = GetParam();
  if (!std::filesystem::exists(LmEvalData::source() / same.source)) {
    GTEST_SKIP() << LmEvalData::source() / same.source << " is absent";
  }
  const auto expected = made_of(same.json_place, same.json_lines).at(0).documents;
  const auto made = made_of(same.place, same.source).at(0).documents;
  ASSERT_EQ(made.size(), expected.size());
  for (std::size_t i = 0; i < made.size(); ++i) {
    ASSERT_EQ(text_of(made[i]), text_of(expected[i])) << "document " << i;
  }
}

constexpr char kDuckdb[] = "formats/parquet_made_with_duckdb/";

INSTANTIATE_TEST_SUITE_P(
    golden, SameData,
    testing::Values(
        SameRows{"piqa", "piqa/validation.jsonl", "piqa/validation.jsonl",
                 "piqa/data/validation-00000-of-00001.parquet",
                 std::string(kDuckdb) + "piqa_validation.snappy.parquet"},
        SameRows{"piqa", "piqa/validation.jsonl", "piqa/validation.jsonl", "piqa/hf_save_to_disk",
                 "piqa/hf_save_to_disk"},
        SameRows{"winogrande", "winogrande/val.jsonl", "winogrande/validation.jsonl",
                 "winogrande/winogrande_xl/validation/0000.parquet",
                 std::string(kDuckdb) + "winogrande_validation.uncompressed.parquet"},
        SameRows{"winogrande", "winogrande/val.jsonl", "winogrande/validation.jsonl",
                 "winogrande/saved", "winogrande/hf_save_to_disk"},
        SameRows{"arc_easy", "arc_easy/test.jsonl", "arc_easy/validation.jsonl",
                 "ai2_arc/ARC-Easy/test-00000-of-00001.parquet",
                 std::string(kDuckdb) + "arc_easy_validation.zstd.parquet"},
        SameRows{"arc_easy", "arc_easy/test.jsonl", "arc_easy/validation.jsonl",
                 "arc_easy/saved/test", "arc_easy/hf_save_to_disk/validation"},
        SameRows{"arc_challenge", "arc_challenge/test.jsonl", "arc_challenge/validation.jsonl",
                 "arc_challenge/ARC-Challenge/test", "arc_challenge/hf_save_to_disk/validation"},
        SameRows{"openbookqa", "openbookqa/test.jsonl", "openbookqa/validation.jsonl",
                 "openbookqa/main/test", "openbookqa/hf_save_to_disk/validation"},
        SameRows{"sciq", "sciq/test.jsonl", "sciq/validation.jsonl", "sciq/test",
                 "sciq/hf_save_to_disk/validation"},
        SameRows{"lambada_openai", "lambada_openai/lambada_test.jsonl",
                 "lambada_openai/lambada_test.jsonl", "lambada_openai/default/test/0000.parquet",
                 std::string(kDuckdb) + "lambada_test.gzip.parquet"},
        SameRows{"wikitext", "wikitext/test_pages.jsonl", "wikitext/test_pages.jsonl",
                 "wikitext/wikitext-2-raw-v1/wikitext-2-raw-v1-test.parquet",
                 std::string(kDuckdb) + "wikitext_test_pages.zstd.parquet"},
        SameRows{"mmlu_abstract_algebra", "mmlu/test.jsonl", "mmlu/dev.jsonl",
                 "mmlu/all/test-00000-of-00001.parquet",
                 std::string(kDuckdb) + "mmlu_dev.snappy.parquet"},
        SameRows{"mmlu_abstract_algebra", "mmlu/test.jsonl", "mmlu/test.jsonl",
                 "mmlu/hf_save_to_disk", "mmlu/hf_save_to_disk"},
        SameRows{"mmlu_abstract_algebra", "mmlu/test.jsonl", "mmlu/test.jsonl",
                 "mmlu/abstract_algebra/test", "mmlu/hf_save_to_disk/abstract_algebra/test"}));

// The original data set: the same questions, but passages without titles.
TEST_F(Task, TheGenuineGoogleBoolqIsAnError) {
  const auto saved = LmEvalData::source() / "boolq/hf_save_to_disk";
  if (!std::filesystem::exists(saved)) GTEST_SKIP() << saved << " is absent";
  std::filesystem::create_symlink(std::filesystem::absolute(saved), files_.root() / "boolq");
  EXPECT_THAT(message("boolq"), HasSubstr("row 1: got google/boolq (column answer)"));
}

}  // namespace
}  // namespace lamina
