#include "lamina/model/safetensors.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include "error_text.h"
#include "lamina/core/files.h"
#include "lamina/core/hash.h"
#include "temporary_folder.h"
#include "write_faults.h"

namespace lamina {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;

class Safetensors : public testing::Test {
 public:
  std::filesystem::path path() const { return folder_.path() / "a.safetensors"; }

  /// Writes header length (less than 65536), header and data.
  void write_raw(const std::string& header, const std::string& data) const {
    std::string length(8, '\0');
    length[0] = static_cast<char>(header.size() % 256);
    length[1] = static_cast<char>(header.size() / 256);
    write_file_synced(path(), length + header + data);
  }

  /// The error of opening the file, without its path.
  std::string refusal() const {
    const std::string message = error_text([&] { SafetensorsFile file(path()); });
    const std::string prefix = path().string() + ": ";
    EXPECT_TRUE(message.starts_with(prefix)) << message;
    return message.substr(std::min(prefix.size(), message.size()));
  }

  std::string refusal_of(const std::string& header, const std::string& data) const {
    write_raw(header, data);
    return refusal();
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(Safetensors, EveryDtypeRoundTrips) {
  NamedTensors tensors;
  for (const auto dtype : {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong, at::kInt,
                           at::kShort, at::kChar, at::kByte, at::kBool}) {
    tensors.emplace_back(at::toString(dtype), at::arange(0, 6).to(dtype).view({2, 3}));
  }
  write_safetensors(path(), tensors, {});
  const SafetensorsFile file(path());
  ASSERT_EQ(file.names().size(), 10U);
  for (const auto& [name, value] : tensors) {
    EXPECT_EQ(file.tensor(name).scalar_type(), value.scalar_type());
    EXPECT_TRUE(at::equal(file.tensor(name), value)) << name;
  }
}

TEST_F(Safetensors, WritingHandlesSignalsShortWritesAndAFullDisk) {
  const NamedTensors tensors{{"a", at::arange(40'000)}};
  const std::string hash = write_safetensors(path(), tensors, {});
  const std::string expected = read_file(path());
  {
    const WriteFaults faults({.interrupted = true, .most_bytes = 1000});
    EXPECT_EQ(write_safetensors(path(), tensors, {}), hash);
  }
  EXPECT_EQ(read_file(path()), expected);
  const WriteFaults faults({.free_bytes = 1000});
  EXPECT_EQ(error_text([&] { write_safetensors(path(), tensors, {}); }),
            path().string() + ": cannot write: No space left on device");
}

TEST_F(Safetensors, EmptyAndScalarTensorsRoundTrip) {
  write_safetensors(path(),
                    {{"empty", at::empty({3, 0, 2})},
                     {"scalar", at::scalar_tensor(2.5)},
                     {"none", at::empty({0})}},
                    {});
  const SafetensorsFile file(path());
  EXPECT_THAT(file.names(), ElementsAre("empty", "scalar", "none"));
  EXPECT_THAT(file.tensor("empty").sizes(), ElementsAre(3, 0, 2));
  EXPECT_EQ(file.tensor("scalar").dim(), 0);
  EXPECT_EQ(file.tensor("scalar").item<double>(), 2.5);
  EXPECT_EQ(file.tensor("none").numel(), 0);
}

TEST_F(Safetensors, WritesTheValuesOfAView) {
  const at::Tensor view = at::arange(6, at::kFloat).view({2, 3}).t();
  write_safetensors(path(), {{"t", view}}, {});
  EXPECT_TRUE(at::equal(SafetensorsFile(path()).tensor("t"), view));
}

TEST_F(Safetensors, MetadataAndOrderRoundTrip) {
  write_safetensors(path(), {{"z", at::ones({2})}, {"a", at::zeros({1})}},
                    {{"format", "pt"}, {"step", "7"}});
  const SafetensorsFile file(path());
  EXPECT_THAT(file.names(), ElementsAre("z", "a"));
  EXPECT_EQ(file.metadata(), (std::map<std::string, std::string>{{"format", "pt"}, {"step", "7"}}));
  EXPECT_TRUE(file.contains("a"));
  EXPECT_FALSE(file.contains("b"));
}

TEST_F(Safetensors, AFileWithoutTensorsRoundTrips) {
  write_safetensors(path(), {}, {{"format", "pt"}});
  EXPECT_TRUE(SafetensorsFile(path()).names().empty());
}

// The bytes of the format's specification: 55 characters and one space are 0x38.
TEST_F(Safetensors, WritesTheBytesOfTheSpecification) {
  const std::string header = R"({"ab":{"dtype":"I32","shape":[2],"data_offsets":[0,8]}})"s;
  ASSERT_EQ(header.size(), 55U);
  const std::string expected = "\x38\0\0\0\0\0\0\0"s + header + " " + "\x01\0\0\0\xfe\xff\xff\xff"s;
  const std::string hash = write_safetensors(path(), {{"ab", at::tensor({1, -2}, at::kInt)}}, {});
  EXPECT_EQ(read_file(path()), expected);
  EXPECT_EQ(hash, hash_text(expected));
}

// Header keys in another order than the data, spaces, and no padding are allowed.
TEST_F(Safetensors, ReadsAFileWrittenByHand) {
  write_raw(R"( {"b": {"shape": [2], "data_offsets": [4, 8], "dtype": "I16"},
               "__metadata__": {"by": "hand"},
               "a": {"dtype": "F32", "shape": [1, 1], "data_offsets": [0, 4]}}  )",
            "\0\0\x80\x3f\x02\0\xff\xff"s);
  const SafetensorsFile file(path());
  EXPECT_THAT(file.names(), ElementsAre("a", "b"));
  EXPECT_EQ(file.metadata().at("by"), "hand");
  EXPECT_THAT(file.tensor("a").sizes(), ElementsAre(1, 1));
  EXPECT_EQ(file.tensor("a").item<float>(), 1.0F);
  EXPECT_EQ(file.tensor("b")[0].item<int>(), 2);
  EXPECT_EQ(file.tensor("b")[1].item<int>(), -1);
}

// JSON objects have no order: an empty tensor may be listed after a tensor at the same offset.
TEST_F(Safetensors, AnEmptyTensorMayFollowATensorAtItsOffset) {
  write_raw(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
            R"("e":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
            "x");
  EXPECT_EQ(error_text([&] { SafetensorsFile file(path()); }), "");
}

TEST_F(Safetensors, ATensorOutlivesItsFile) {
  write_safetensors(path(), {{"a", at::arange(1000)}}, {});
  const at::Tensor kept = SafetensorsFile(path()).tensor("a");
  std::filesystem::remove(path());
  EXPECT_TRUE(at::equal(kept, at::arange(1000)));
}

TEST_F(Safetensors, RefusesAnUnknownName) {
  write_safetensors(path(), {{"a", at::ones({1})}}, {});
  const SafetensorsFile file(path());
  EXPECT_EQ(error_text([&] { file.tensor("b"); }), path().string() + ": has no tensor b");
}

TEST_F(Safetensors, RefusesAFileThatIsTooShort) {
  write_file_synced(path(), "1234567");
  EXPECT_EQ(refusal(), "is too short for a safetensors header");
}

TEST_F(Safetensors, RefusesAHeaderLongerThanTheFile) {
  write_file_synced(path(), "\x03\0\0\0\0\0\0\0{}"s);
  EXPECT_EQ(refusal(), "got a header length of 3 bytes; expected at most 2");
  write_file_synced(path(), "\xff\xff\xff\xff\xff\xff\xff\xff{}"s);
  EXPECT_EQ(refusal(), "got a header length of 18446744073709551615 bytes; expected at most 2");
}

TEST_F(Safetensors, RefusesAMalformedHeader) {
  EXPECT_THAT(refusal_of("{\"a\":", ""), testing::StartsWith("header is malformed: "));
  EXPECT_EQ(refusal_of("[1]", ""), "header is not a JSON object");
  EXPECT_THAT(
      refusal_of(R"({"a":{"shape":[1],"data_offsets":[0,1]}})", "x"),
      testing::AllOf(testing::StartsWith("tensor a: "), testing::HasSubstr("'dtype' not found")));
}

TEST_F(Safetensors, RefusesOverlappingTensors) {
  EXPECT_EQ(refusal_of(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                       R"("b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})",
                       "123456"),
            "tensor b: starts at byte 2; expected 4, the end of the previous tensor");
}

TEST_F(Safetensors, RefusesGaps) {
  EXPECT_EQ(refusal_of(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                       R"("b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}})",
                       "123456"),
            "tensor b: starts at byte 4; expected 2, the end of the previous tensor");
  EXPECT_EQ(refusal_of(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})", "123"),
            "tensor a: starts at byte 1; expected 0, the end of the previous tensor");
  EXPECT_EQ(refusal_of(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})", "123"),
            "tensors end at byte 2; expected 3, the end of the data");
}

TEST_F(Safetensors, RefusesTensorsOutsideTheFile) {
  EXPECT_EQ(refusal_of(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", "123"),
            "tensor a: bytes 0 to 4 are not within the 3 bytes of data");
  EXPECT_EQ(refusal_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[2,1]}})", "123"),
            "tensor a: bytes 2 to 1 are not within the 3 bytes of data");
}

/// The error of opening a file with one tensor "a" with these fields, and four bytes of data.
std::string refusal_of_fields(const Safetensors& test, const std::string& fields) {
  return test.refusal_of("{\"a\":{" + fields + "}}", "1234");
}

TEST_F(Safetensors, RefusesAShapeThatDoesNotMatchTheData) {
  EXPECT_EQ(refusal_of_fields(*this, R"("dtype":"F32","shape":[2],"data_offsets":[0,4])"),
            "tensor a: got 4 bytes of data; expected 8 for its shape");
  EXPECT_EQ(refusal_of_fields(*this, R"("dtype":"F32","shape":[0],"data_offsets":[0,4])"),
            "tensor a: got 4 bytes of data; expected 0 for its shape");
}

TEST_F(Safetensors, RefusesAShapeTooLargeForAnyFile) {
  const std::string data = R"("data_offsets":[0,0])";
  EXPECT_EQ(refusal_of_fields(*this, R"("dtype":"U8","shape":[4294967296,4294967296],)" + data),
            "tensor a: shape [4294967296, 4294967296] is too large");
  EXPECT_EQ(refusal_of_fields(*this, R"("dtype":"U8","shape":[0,4294967296,4294967296],)" + data),
            "tensor a: shape [0, 4294967296, 4294967296] is too large");
  EXPECT_EQ(refusal_of_fields(*this, R"("dtype":"F64","shape":[2305843009213693952],)" + data),
            "tensor a: shape [2305843009213693952] is too large");
  std::string ones = "1";
  for (int i = 1; i < 65; ++i) ones += ",1";
  EXPECT_EQ(
      refusal_of_fields(*this, R"("dtype":"F32","data_offsets":[0,4],"shape":[)" + ones + "]"),
      "tensor a: got a shape of 65 dimensions; expected at most 64");
}

TEST_F(Safetensors, RefusesSizesAndOffsetsThatAreNotNonNegativeIntegers) {
  const auto refusal_with = [&](const char* shape, const char* offsets) {
    return refusal_of_fields(
        *this, R"("dtype":"F32","shape":)"s + shape + R"(,"data_offsets":)" + offsets);
  };
  const std::string allowed = "; expected integers >= 0";
  EXPECT_EQ(refusal_with("[-1,-1]", "[0,4]"), "tensor a: shape: got -1" + allowed);
  EXPECT_EQ(refusal_with("[1.5]", "[0,4]"), "tensor a: shape: got 1.5" + allowed);
  EXPECT_EQ(refusal_with("[true]", "[0,4]"), "tensor a: shape: got true" + allowed);
  EXPECT_EQ(refusal_with("[18446744073709551615]", "[0,4]"),
            "tensor a: shape: got 18446744073709551615" + allowed);
  EXPECT_EQ(refusal_with("1", "[0,4]"), "tensor a: shape is not a list");
  EXPECT_EQ(refusal_with("[1]", "[-4,0]"), "tensor a: data_offsets: got -4" + allowed);
  EXPECT_EQ(refusal_with("[1]", "[0,4.0]"), "tensor a: data_offsets: got 4.0" + allowed);
  EXPECT_EQ(refusal_with("[1]", "[0,4,4]"), "tensor a: data_offsets: got 3 numbers; expected 2");
  EXPECT_EQ(refusal_with("[1]", "[0]"), "tensor a: data_offsets: got 1 numbers; expected 2");
  EXPECT_EQ(refusal_with("[1]", "{}"), "tensor a: data_offsets is not a list");
}

TEST_F(Safetensors, RefusesADuplicateName) {
  EXPECT_EQ(refusal_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                       R"("a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
                       "12"),
            "duplicate key \"a\"");
  EXPECT_EQ(refusal_of_fields(*this, R"("dtype":"F32","dtype":"F32","shape":[1],)"
                                     R"("data_offsets":[0,4])"),
            "duplicate key \"dtype\"");
}

TEST_F(Safetensors, RefusesATruncatedFile) {
  write_safetensors(path(), {{"a", at::arange(4, at::kFloat)}}, {});
  const std::string whole = read_file(path());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write_file_synced(path(), std::string_view(whole).substr(0, length));
    EXPECT_NE(refusal(), "") << length;
  }
}

// The limit is that of the format: the header length of a damaged file must not exhaust the memory.
TEST_F(Safetensors, RefusesAHeaderBeyondTheLimitOfTheFormat) {
  std::string length = "\x01\xe1\xf5\x05\0\0\0\0"s;  // 100,000,001
  write_file_synced(path(), length);
  std::filesystem::resize_file(path(), 8 + 100'000'001);
  EXPECT_EQ(refusal(), "got a header length of 100000001 bytes; expected at most 100000000");
}

TEST_F(Safetensors, ReadsATensorThatIsNotAligned) {
  write_raw(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
            R"("b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]},)"
            R"("c":{"dtype":"F32","shape":[0,2],"data_offsets":[5,5]}})",
            "x\0\0\x80\x3f"s);
  EXPECT_THAT(SafetensorsFile(path()).tensor("c").sizes(), ElementsAre(0, 2));
  const at::Tensor b = SafetensorsFile(path()).tensor("b");
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(b.const_data_ptr()) % 4, 0U);
  EXPECT_EQ(b.item<float>(), 1.0F);
}

TEST_F(Safetensors, RefusesAnUnknownDtype) {
  EXPECT_EQ(refusal_of(R"({"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}})", "1"),
            "tensor a: dtype \"F8_E4M3\" is not supported");
}

TEST_F(Safetensors, RefusesToWriteAnUnsupportedDtype) {
  EXPECT_EQ(error_text([&] {
              write_safetensors(path(), {{"a", at::ones({1}, at::kComplexFloat)}}, {});
            }),
            "safetensors: dtype ComplexFloat is not supported");
}

TEST_F(Safetensors, NamesAMissingFolder) {
  const auto absent = path().parent_path() / "absent" / "a.safetensors";
  EXPECT_EQ(error_text([&] { write_safetensors(absent, {}, {}); }),
            absent.string() + ": cannot create: No such file or directory");
}

}  // namespace
}  // namespace lamina
