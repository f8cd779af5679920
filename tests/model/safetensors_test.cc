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

  /// The file's bytes: header length (less than 65536), header, data.
  void lay_out(const std::string& header, const std::string& data) const {
    std::string length(8, '\0');
    length[0] = static_cast<char>(header.size() % 256);
    length[1] = static_cast<char>(header.size() / 256);
    write_file_synced(path(), length + header + data);
  }

  /// What opening the file says, without the path that it begins with.
  std::string refusal() const {
    const std::string message = error_text([&] { SafetensorsFile file(path()); });
    const std::string prefix = path().string() + ": ";
    EXPECT_TRUE(message.starts_with(prefix)) << message;
    return message.substr(std::min(prefix.size(), message.size()));
  }

  std::string refusal_of(const std::string& header, const std::string& data) const {
    lay_out(header, data);
    return refusal();
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(Safetensors, EveryDtypeComesBack) {
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

TEST_F(Safetensors, WritingLosesNothingToSignalsAndShortWritesAndNamesAFullDisk) {
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

TEST_F(Safetensors, EmptyAndScalarTensorsComeBack) {
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

TEST_F(Safetensors, AViewIsWrittenAsItsValues) {
  const at::Tensor view = at::arange(6, at::kFloat).view({2, 3}).t();
  write_safetensors(path(), {{"t", view}}, {});
  EXPECT_TRUE(at::equal(SafetensorsFile(path()).tensor("t"), view));
}

TEST_F(Safetensors, MetadataAndOrderComeBack) {
  write_safetensors(path(), {{"z", at::ones({2})}, {"a", at::zeros({1})}},
                    {{"format", "pt"}, {"step", "7"}});
  const SafetensorsFile file(path());
  EXPECT_THAT(file.names(), ElementsAre("z", "a"));
  EXPECT_EQ(file.metadata(), (std::map<std::string, std::string>{{"format", "pt"}, {"step", "7"}}));
  EXPECT_TRUE(file.contains("a"));
  EXPECT_FALSE(file.contains("b"));
}

TEST_F(Safetensors, AFileWithoutTensorsComesBack) {
  write_safetensors(path(), {}, {{"format", "pt"}});
  EXPECT_TRUE(SafetensorsFile(path()).names().empty());
}

// The layout of the format's description, byte for byte: 55 characters and one space are 0x38.
TEST_F(Safetensors, WrittenBytesAreTheFormats) {
  const std::string header = R"({"ab":{"dtype":"I32","shape":[2],"data_offsets":[0,8]}})"s;
  ASSERT_EQ(header.size(), 55U);
  const std::string expected = "\x38\0\0\0\0\0\0\0"s + header + " " + "\x01\0\0\0\xfe\xff\xff\xff"s;
  const std::string hash = write_safetensors(path(), {{"ab", at::tensor({1, -2}, at::kInt)}}, {});
  EXPECT_EQ(read_file(path()), expected);
  EXPECT_EQ(hash, hash_text(expected));
}

// Header keys in another order than the data, spaces, and no padding: all allowed.
TEST_F(Safetensors, AFileLaidOutByHandIsRead) {
  lay_out(R"( {"b": {"shape": [2], "data_offsets": [4, 8], "dtype": "I16"},
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

// JSON objects have no order: an empty tensor may be named after the one that begins where it lies.
TEST_F(Safetensors, AnEmptyTensorMayBeNamedAfterItsNeighbour) {
  lay_out(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
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

TEST_F(Safetensors, AnAbsentTensorIsNamed) {
  write_safetensors(path(), {{"a", at::ones({1})}}, {});
  const SafetensorsFile file(path());
  EXPECT_EQ(error_text([&] { file.tensor("b"); }), path().string() + ": has no tensor b");
}

TEST_F(Safetensors, TooShortAFileIsRefused) {
  write_file_synced(path(), "1234567");
  EXPECT_EQ(refusal(), "is too short for a safetensors header");
}

TEST_F(Safetensors, AHeaderLongerThanTheFileIsRefused) {
  write_file_synced(path(), "\x03\0\0\0\0\0\0\0{}"s);
  EXPECT_EQ(refusal(), "says its header has 3 bytes; the file has 10");
  write_file_synced(path(), "\xff\xff\xff\xff\xff\xff\xff\xff{}"s);
  EXPECT_EQ(refusal(), "says its header has 18446744073709551615 bytes; the file has 10");
}

TEST_F(Safetensors, AHeaderThatIsNoJsonIsRefused) {
  EXPECT_THAT(refusal_of("{\"a\":", ""), testing::StartsWith("header is malformed: "));
  EXPECT_EQ(refusal_of("[1]", ""), "header is not a JSON object");
  EXPECT_THAT(
      refusal_of(R"({"a":{"shape":[1],"data_offsets":[0,1]}})", "x"),
      testing::AllOf(testing::StartsWith("tensor a: "), testing::HasSubstr("'dtype' not found")));
}

TEST_F(Safetensors, OverlappingTensorsAreRefused) {
  EXPECT_EQ(refusal_of(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                       R"("b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})",
                       "123456"),
            "tensor b: begins at byte 2, the one before ends at 4");
}

TEST_F(Safetensors, HolesAreRefused) {
  EXPECT_EQ(refusal_of(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                       R"("b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}})",
                       "123456"),
            "tensor b: begins at byte 4, the one before ends at 2");
  EXPECT_EQ(refusal_of(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})", "123"),
            "tensor a: begins at byte 1, the one before ends at 0");
  EXPECT_EQ(refusal_of(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})", "123"),
            "tensors end at byte 2, the data at 3");
}

TEST_F(Safetensors, TensorsOutsideTheFileAreRefused) {
  EXPECT_EQ(refusal_of(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", "123"),
            "tensor a: bytes 0 to 4 lie outside the 3 bytes of data");
  EXPECT_EQ(refusal_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[2,1]}})", "123"),
            "tensor a: bytes 2 to 1 lie outside the 3 bytes of data");
}

/// What opening a file with one tensor "a" of these fields and four bytes of data says.
std::string refusal_of_fields(const Safetensors& test, const std::string& fields) {
  return test.refusal_of("{\"a\":{" + fields + "}}", "1234");
}

TEST_F(Safetensors, AShapeOfAnotherSizeIsRefused) {
  EXPECT_EQ(refusal_of_fields(*this, R"("dtype":"F32","shape":[2],"data_offsets":[0,4])"),
            "tensor a: its shape has 8 bytes, its data 4");
  EXPECT_EQ(refusal_of_fields(*this, R"("dtype":"F32","shape":[0],"data_offsets":[0,4])"),
            "tensor a: its shape has 0 bytes, its data 4");
}

TEST_F(Safetensors, AShapeTooLargeForAnyFileIsRefused) {
  const std::string data = R"("data_offsets":[0,0])";
  EXPECT_EQ(refusal_of_fields(*this, R"("dtype":"U8","shape":[4294967296,4294967296],)" + data),
            "tensor a: its shape [4294967296, 4294967296] is too large");
  EXPECT_EQ(refusal_of_fields(*this, R"("dtype":"U8","shape":[0,4294967296,4294967296],)" + data),
            "tensor a: its shape [0, 4294967296, 4294967296] is too large");
  EXPECT_EQ(refusal_of_fields(*this, R"("dtype":"F64","shape":[2305843009213693952],)" + data),
            "tensor a: its shape [2305843009213693952] is too large");
  std::string ones = "1";
  for (int i = 1; i < 65; ++i) ones += ",1";
  EXPECT_EQ(
      refusal_of_fields(*this, R"("dtype":"F32","data_offsets":[0,4],"shape":[)" + ones + "]"),
      "tensor a: its shape has 65 dimensions; at most 64 are allowed");
}

TEST_F(Safetensors, SizesAndOffsetsAreNonNegativeIntegers) {
  const auto refusal_with = [&](const char* shape, const char* offsets) {
    return refusal_of_fields(
        *this, R"("dtype":"F32","shape":)"s + shape + R"(,"data_offsets":)" + offsets);
  };
  const std::string allowed = "; integers from 0 are allowed";
  EXPECT_EQ(refusal_with("[-1,-1]", "[0,4]"), "tensor a: shape has -1" + allowed);
  EXPECT_EQ(refusal_with("[1.5]", "[0,4]"), "tensor a: shape has 1.5" + allowed);
  EXPECT_EQ(refusal_with("[true]", "[0,4]"), "tensor a: shape has true" + allowed);
  EXPECT_EQ(refusal_with("[18446744073709551615]", "[0,4]"),
            "tensor a: shape has 18446744073709551615" + allowed);
  EXPECT_EQ(refusal_with("1", "[0,4]"), "tensor a: shape is not a list");
  EXPECT_EQ(refusal_with("[1]", "[-4,0]"), "tensor a: data_offsets has -4" + allowed);
  EXPECT_EQ(refusal_with("[1]", "[0,4.0]"), "tensor a: data_offsets has 4.0" + allowed);
  EXPECT_EQ(refusal_with("[1]", "[0,4,4]"), "tensor a: data_offsets has 3 numbers; 2 are allowed");
  EXPECT_EQ(refusal_with("[1]", "[0]"), "tensor a: data_offsets has 1 numbers; 2 are allowed");
  EXPECT_EQ(refusal_with("[1]", "{}"), "tensor a: data_offsets is not a list");
}

TEST_F(Safetensors, ANameThatIsThereTwiceIsRefused) {
  EXPECT_EQ(refusal_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                       R"("a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
                       "12"),
            "duplicate key \"a\"");
  EXPECT_EQ(refusal_of_fields(*this, R"("dtype":"F32","dtype":"F32","shape":[1],)"
                                     R"("data_offsets":[0,4])"),
            "duplicate key \"dtype\"");
}

TEST_F(Safetensors, ATruncatedFileIsRefused) {
  write_safetensors(path(), {{"a", at::arange(4, at::kFloat)}}, {});
  const std::string whole = read_file(path());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write_file_synced(path(), std::string_view(whole).substr(0, length));
    EXPECT_NE(refusal(), "") << length;
  }
}

// The header's limit is the format's own: a length from a damaged file must not take the memory.
TEST_F(Safetensors, AHeaderBeyondTheFormatsLimitIsRefused) {
  std::string length = "\x01\xe1\xf5\x05\0\0\0\0"s;  // 100,000,001
  write_file_synced(path(), length);
  std::filesystem::resize_file(path(), 8 + 100'000'001);
  EXPECT_EQ(refusal(), "says its header has 100000001 bytes; the file has 100000009");
}

TEST_F(Safetensors, ATensorThatDoesNotLieAtAMultipleOfItsSizeIsRead) {
  lay_out(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
          R"("b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]},)"
          R"("c":{"dtype":"F32","shape":[0,2],"data_offsets":[5,5]}})",
          "x\0\0\x80\x3f"s);
  EXPECT_THAT(SafetensorsFile(path()).tensor("c").sizes(), ElementsAre(0, 2));
  const at::Tensor b = SafetensorsFile(path()).tensor("b");
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(b.const_data_ptr()) % 4, 0U);
  EXPECT_EQ(b.item<float>(), 1.0F);
}

TEST_F(Safetensors, AnUnknownDtypeIsNamed) {
  EXPECT_EQ(refusal_of(R"({"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}})", "1"),
            "tensor a: dtype \"F8_E4M3\" is not supported");
}

TEST_F(Safetensors, WhatTheFormatCannotHoldIsNamed) {
  EXPECT_EQ(error_text([&] {
              write_safetensors(path(), {{"a", at::ones({1}, at::kComplexFloat)}}, {});
            }),
            "safetensors: cannot hold ComplexFloat");
}

TEST_F(Safetensors, AFolderThatIsNotThereIsNamed) {
  const auto absent = path().parent_path() / "absent" / "a.safetensors";
  EXPECT_EQ(error_text([&] { write_safetensors(absent, {}, {}); }),
            absent.string() + ": cannot create: No such file or directory");
}

}  // namespace
}  // namespace lamina
