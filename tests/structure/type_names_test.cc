#include "structure/type_names.h"

#include <gmock/gmock.h>

#include "written_files.h"

namespace lamina {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

const std::filesystem::path kRoot = LAMINA_SOURCE_DIR;

TEST(TypeNames, AreUniqueInProgram) { EXPECT_THAT(types_defined_twice(kRoot), IsEmpty()); }

TEST(TypeNames, AreFoundInProgram) {
  std::vector<std::string> names;
  for (const SourceFile& file : read_sources(kRoot)) {
    const auto found = shared_type_names(file);
    names.insert(names.end(), found.begin(), found.end());
  }
  for (const char* name : {"lamina::ModelSpec", "lamina::Setting", "lamina::Node::Kind",
                           "lamina::EnumNames<KvLayout>", "lamina::Decoder"}) {
    EXPECT_THAT(names, Contains(name));
  }
}

TEST(TypeNames, DuplicatesAreReported) {
  const WrittenFiles files;
  files.write("src/sweep/a.h", "namespace lamina {\nstruct Axis { int a; };\n}\n");
  files.write("src/report/a.h", "namespace lamina {\nclass Axis final : public B {};\n}\n");
  files.write("src/report/b.cc",
              "namespace lamina {\nnamespace {\nstruct Axis {};\n}\n"
              "// struct Axis {\nconst char* text = \"struct Axis {\";\nstruct Axis;\n"
              "struct Axis make() { struct Local {}; return {}; }\n"
              "template <class T> struct Traits<T*> {};\n"
              "template <class T> struct Traits<Axis> {};\n"
              "struct stat status {};\n}\n");
  files.write("src/core/a.cc",
              "namespace lamina {\nenum class Kind : int { kA };\nstruct Node {\n public:\n"
              "  enum class Kind { kB };\n  struct Part;\n};\nstruct Node::Part { int a; };\n}\n");
  files.write("src/core/b.cc",
              "namespace lamina::inner {\nenum class Kind { kA };\n}\n"
              "namespace lamina {\nstruct Local {};\nunion Kind { int a; };\n}\n");
  EXPECT_THAT(types_defined_twice(files.root()),
              ElementsAre("lamina::Axis: src/report/a.h, src/sweep/a.h",
                          "lamina::Kind: src/core/a.cc, src/core/b.cc"));
}

}  // namespace
}  // namespace lamina
