#include <gmock/gmock.h>
#include <zlib.h>

#include "error_text.h"
#include "lamina/text/documents.h"
#include "lamina/text/rows.h"
#include "written_files.h"

namespace lamina {
namespace {
namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Csv : public testing::Test {
 protected:
  std::vector<std::string> texts(const std::string& bytes, const std::string& name = "a.csv") {
    files_.write(name, bytes);
    const fs::path file = files_.root() / name;
    std::vector<std::string> texts;
    for_each_document(file, "text", [&](RowDocument&& document) {
      texts.push_back(document_text(file, "text", std::move(document)));
    });
    return texts;
  }
  /// The message of the error, without the folder.
  std::string message(const std::string& bytes, const std::string& name = "a.csv") {
    const std::string text = error_text([&] { texts(bytes, name); });
    return text.substr(std::min(text.size(), files_.root().string().size() + 1));
  }

  WrittenFiles files_;
};

// Expected: the rules of RFC 4180, section 2; Python's csv module gives the same.
TEST_F(Csv, FieldsFollowRfc4180) {
  EXPECT_THAT(texts("id,text\n1,one\n2,two\n"), ElementsAre("one", "two"));
  EXPECT_THAT(texts("id,text\r\n1,one\r\n2,two"), ElementsAre("one", "two"));
  EXPECT_THAT(texts("\"text\",id\n\"a, b\",1\n\"say \"\"hi\"\"\",2\n"),
              ElementsAre("a, b", "say \"hi\""));
  EXPECT_THAT(texts("text,id\n\"two\r\nlines\n\",1\n"), ElementsAre("two\r\nlines\n"));
  EXPECT_THAT(texts("id,text\n1, spaces \n"), ElementsAre(" spaces "));
  EXPECT_THAT(texts("id,text\n1,it is 5\" wide\n"), ElementsAre("it is 5\" wide"));
  EXPECT_THAT(texts("\xEF\xBB\xBFtext,id\none,1\n"), ElementsAre("one"));
  EXPECT_THAT(texts("text\n\none\n\r\ntwo\n"), ElementsAre("one", "two"));
  EXPECT_THAT(texts("text,id\n"), IsEmpty());
  EXPECT_THAT(texts("id\ttext\n1\ta, b\n2\t\"tab\there\"\n", "a.tsv"),
              ElementsAre("a, b", "tab\there"));
}

TEST_F(Csv, AFieldMayBeLargerThanTheReadBuffer) {
  const std::string text(3'000'000, 'x');
  std::string quoted = "a\n";
  quoted.append(3'000'000, '"');
  std::string doubled;
  for (const char c : quoted) doubled += c == '"' ? "\"\"" : std::string(1, c);
  EXPECT_THAT(texts("text\n" + text + "\n\"" + doubled + "\"\n"), ElementsAre(text, quoted));
}

TEST_F(Csv, ErrorsNameTheLine) {
  EXPECT_EQ(message("text,id\n\"a\nb\",1\nc\n"), "a.csv:4: 1 fields, but the header has 2");
  EXPECT_EQ(message("text,id\na,1,2\n"), "a.csv:2: 3 fields, but the header has 2");
  EXPECT_EQ(message("text,id\na,1\n\"b,2\nc,3\n"),
            "a.csv:3: the quote opened on line 3 is never closed");
  EXPECT_EQ(message("text,id\n\"a\" b,1\n"),
            "a.csv:2: text after the closing quote of a field; double a quote inside a quoted "
            "field");
  EXPECT_EQ(message("body,id\na,1\n"),
            "a.csv: no column \"text\", or more than one; the columns in "
            "its header are body, id");
  EXPECT_EQ(message("text,id\n,1\n"), "a.csv: row 1: column \"text\" is empty");
  EXPECT_THAT(message("text,id\n\xFF,1\n"), HasSubstr("a.csv: row 1: column \"text\": not UTF-8"));
  EXPECT_THAT(message("text,id\na,1\n", "a.csv.gz"), HasSubstr("the gzip data are damaged"));
}

TEST_F(Csv, RowsAreObjectsOfStrings) {
  files_.write("a.csv", "question,label\nwhy?,1\n");
  std::vector<Json> rows;
  for_each_row(files_.root() / "a.csv", [&](Json&& row) { rows.push_back(std::move(row)); });
  EXPECT_THAT(rows, ElementsAre(Json{{"question", "why?"}, {"label", "1"}}));
}

}  // namespace
}  // namespace lamina
