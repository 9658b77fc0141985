#include "neural/infer/safetensors.h"

#include <cstring>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "neural/infer/short_floats.h"

namespace cantus::infer {
namespace {

/// A file of this header and so many bytes of data.
std::string file_of(const std::string& header, std::size_t data = 0) {
  const std::uint64_t length = header.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + header + std::string(data, '\0');
}

Result<SafeTensors> parse(const std::string& bytes) {
  return SafeTensors::parse(std::as_bytes(std::span(bytes)));
}

std::string refusal(const std::string& bytes) {
  const auto file = parse(bytes);
  return file ? "accepted" : file.error().message;
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const char* name)
      : path_(std::filesystem::temp_directory_path() / (std::to_string(::getpid()) + "_" + name)) {}
  ~TemporaryFile() {
    std::error_code error;
    std::filesystem::remove(path_, error);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

TEST(SafeTensors, WhatIsWrittenIsReadBack) {
  const std::vector<float> a = {1.0F, -2.5F, 3e-40F, 4.0F, 5.0F, 6.0F};
  const std::vector<float> b = {7.0F};
  const std::vector<NamedTensor> tensors = {
      {"b", {2, 3}, a}, {"a.\"ü\"", {}, b}, {"e", {0, 4}, {}}};
  const Metadata metadata = {{"layers", "6"}, {"who", "Zoë"}};
  const TemporaryFile temporary("written.safetensors");
  ASSERT_TRUE(write_safetensors(temporary.path(), tensors, metadata));
  const auto file = SafeTensors::open(temporary.path());
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->metadata(), metadata);
  EXPECT_EQ(file->tensors().size(), 3U);
  EXPECT_EQ(file->floats("b", {2, 3}).value(), a);
  EXPECT_EQ(file->floats("a.\"ü\"", {}).value(), b);
  EXPECT_TRUE(file->floats("e", {0, 4}).value().empty());
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(file->find("b")->bytes.data()) % 8, 0U);
}

TEST(SafeTensors, AFileOfTheReferenceWriterIsRead) {
  // Python's safetensors 0.4: save({"x": ones(2)}), with its unpadded-to-eight header of 64 bytes.
  const auto bytes =
      file_of(R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}        )", 8);
  const auto file = parse(bytes);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->floats("x", {2}).value(), (std::vector<float>{0.0F, 0.0F}));
}

TEST(SafeTensors, ValuesAtAnyAddressAreRead) {
  for (std::size_t spaces = 0; spaces < 8; ++spaces) {
    const std::string header = R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
    const auto bytes = file_of(header + std::string(spaces, ' '), 8);
    const auto file = parse(bytes);
    ASSERT_TRUE(file);
    EXPECT_EQ(file->floats("x", {2}).value().size(), 2U);
  }
}

TEST(SafeTensors, LengthsThatAreNotTheFilesAreRefused) {
  EXPECT_EQ(refusal(""), "is too short for a safetensors file");
  EXPECT_EQ(refusal("1234567"), "is too short for a safetensors file");
  EXPECT_NE(refusal(std::string(8, '\xFF')).find("are over"), std::string::npos);
  EXPECT_EQ(refusal(file_of("{}").substr(0, 9)), "the header is cut off");
  EXPECT_EQ(refusal(file_of("{}", 3)), "3 bytes follow the tensors");
}

TEST(SafeTensors, HeadersThatAreNotWholeJsonObjectsAreRefused) {
  for (const char* header : {"", "{", "[]", "null", "{} {}", "{\"a\":}", "\xFF"}) {
    EXPECT_EQ(refusal(file_of(header)), "the header is not a JSON object") << header;
  }
  EXPECT_EQ(refusal(file_of(R"({"x":{"shape":[[[1]]]}})")), "the header is nested too deeply");
  EXPECT_EQ(refusal(file_of(std::string(100000, '['))), "the header is nested too deeply");
}

TEST(SafeTensors, ANameTwiceIsRefused) {
  const std::string x = R"("x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  EXPECT_EQ(refusal(file_of("{" + x + "," + x + "}", 4)), "the header names 'x' twice");
  EXPECT_EQ(refusal(file_of(R"({"__metadata__":{"a":"1","a":"2"}})")),
            "the header names 'a' twice");
}

TEST(SafeTensors, EntriesThatAreNotTensorsAreRefused) {
  const auto of = [](const std::string& entry) {
    return refusal(file_of("{\"x\":" + entry + "}", 4));
  };
  EXPECT_NE(of("3").find("tensor x: is not an object"), std::string::npos);
  EXPECT_NE(of(R"({"dtype":"F32","shape":[1]})").find("is not an object"), std::string::npos);
  EXPECT_NE(of(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4],"z":1})").find("not an object"),
            std::string::npos);
  EXPECT_NE(of(R"({"dtype":"Q4","shape":[1],"data_offsets":[0,4]})").find("'Q4' is unknown"),
            std::string::npos);
  EXPECT_NE(of(R"({"dtype":7,"shape":[1],"data_offsets":[0,4]})").find("not a text"),
            std::string::npos);
  for (const char* shape : {"1", "[-1]", "[1.0]", "[\"1\"]", "[18446744073709551616]"}) {
    EXPECT_NE(of(R"({"dtype":"F32","shape":)" + std::string(shape) + R"(,"data_offsets":[0,4]})")
                  .find("whole numbers"),
              std::string::npos)
        << shape;
  }
  EXPECT_NE(of(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4,8]})").find("two whole numbers"),
            std::string::npos);
}

TEST(SafeTensors, SizesThatAreNotTheShapesAreRefused) {
  const auto of = [](const std::string& shape, const std::string& offsets) {
    return refusal(file_of(
        R"({"x":{"dtype":"F32","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}", 8));
  };
  EXPECT_EQ(of("[2]", "[0,8]"), "accepted");
  EXPECT_EQ(of("[2]", "[0,12]"), "tensor x: its bytes 0 to 12 are not inside the 8 of the file");
  EXPECT_EQ(of("[2]", "[8,0]"), "tensor x: its bytes 8 to 0 are not inside the 8 of the file");
  EXPECT_EQ(of("[3]", "[0,8]"), "tensor x: its 8 bytes are not a [3] of F32");
  const std::string huge = "[4294967296,4294967296,4]";  // 2^66 wraps to 0 in 64 bits
  EXPECT_NE(of(huge, "[0,8]").find("are not a ["), std::string::npos);
  EXPECT_NE(of("[0," + std::to_string(std::numeric_limits<std::uint64_t>::max()) + ",9]", "[0,8]")
                .find("are not a ["),
            std::string::npos);
}

TEST(SafeTensors, HolesAndOverlapsAreRefused) {
  const auto of = [](int begin, int end) {
    return refusal(file_of(R"({"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                           R"("y":{"dtype":"U8","shape":[4],"data_offsets":[)" +
                               std::to_string(begin) + "," + std::to_string(end) + "]}}",
                           8));
  };
  EXPECT_EQ(of(4, 8), "accepted");
  EXPECT_EQ(of(2, 6), "tensors overlap at byte 2 of the data");
  EXPECT_EQ(of(0, 4), "tensors overlap at byte 0 of the data");
  EXPECT_EQ(refusal(file_of(R"({"y":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})", 8)),
            "tensors leave a hole at byte 0 of the data");
}

TEST(SafeTensors, MetadataIsTexts) {
  EXPECT_EQ(refusal(file_of(R"({"__metadata__":3})")), "__metadata__ is not an object");
  EXPECT_EQ(refusal(file_of(R"({"__metadata__":{"layers":6}})")),
            "__metadata__: 'layers' is not a text");
}

TEST(SafeTensors, FloatsSayWhatIsWrong) {
  std::vector<float> values = {1.0F, std::numeric_limits<float>::infinity()};
  const std::vector<NamedTensor> tensors = {{"x", {2}, values}};
  const std::string bytes = safetensors_bytes(tensors, {}).value();
  const auto file = parse(bytes).value();
  EXPECT_EQ(file.floats("y", {2}).error().message, "tensor y is missing");
  EXPECT_EQ(file.floats("x", {1, 2}).error().message, "tensor x is [2] and should be [1, 2]");
  EXPECT_EQ(file.floats("x", {2}).error().message, "tensor x: number 1 is not finite");
  const auto wide = file_of(R"({"d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})", 8);
  const auto refused = parse(wide).value().floats("d", {1});
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  EXPECT_EQ(refused.error().message, "tensor d is F64; only F32, F16 and BF16 can be read here");
}

TEST(SafeTensors, ShortFloatsAndBytesAreReadBack) {
  const std::vector<Float16> halves = {{0x3C00}, {0xC000}};  // 1, -2
  const std::vector<BFloat16> brains = {{0x3F80}, {0xC000}};
  const std::vector<std::int8_t> whole = {-128, 127};
  const std::vector<Float16> endless = {{0x7C00}};
  const std::vector<NamedTensor> tensors = {{"f", {2}, "F16", std::as_bytes(std::span(halves))},
                                            {"b", {2}, "BF16", std::as_bytes(std::span(brains))},
                                            {"i", {2}, "I8", std::as_bytes(std::span(whole))},
                                            {"e", {1}, "F16", std::as_bytes(std::span(endless))}};
  const std::string bytes = safetensors_bytes(tensors, {}).value();
  const auto file = parse(bytes).value();
  EXPECT_EQ(file.floats("f", {2}).value(), (std::vector<float>{1.0F, -2.0F}));
  EXPECT_EQ(file.floats("b", {2}).value(), (std::vector<float>{1.0F, -2.0F}));
  EXPECT_EQ(file.bytes("i", {2}).value(), whole);
  EXPECT_EQ(file.floats("e", {1}).error().message, "tensor e: number 0 is not finite");
  EXPECT_EQ(file.floats("i", {2}).error().code, ErrorCode::unsupported);
  EXPECT_EQ(file.bytes("f", {2}).error().code, ErrorCode::unsupported);
  EXPECT_EQ(file.bytes("i", {1, 2}).error().message, "tensor i is [2] and should be [1, 2]");
  EXPECT_EQ(file.bytes("j", {2}).error().message, "tensor j is missing");
}

TEST(SafeTensors, TheWriterRefusesWhatTheReaderWould) {
  const std::vector<float> values = {1.0F, 2.0F};
  const auto written = [](std::vector<NamedTensor> tensors, const Metadata& metadata) {
    return safetensors_bytes(tensors, metadata).has_value();
  };
  EXPECT_TRUE(written({{"x", {2}, values}}, {}));
  EXPECT_FALSE(written({{"x", {3}, values}}, {}));
  EXPECT_FALSE(written({{"x", {2}, "Q4", std::as_bytes(std::span(values))}}, {}));
  EXPECT_FALSE(written({{"x", {2}, values}, {"x", {2}, values}}, {}));
  EXPECT_FALSE(written({{"__metadata__", {2}, values}}, {}));
  EXPECT_FALSE(written({{"\xFF", {2}, values}}, {}));
  EXPECT_FALSE(written({{"x", {2}, values}}, {{"a", "\xFF"}}));
}

TEST(SafeTensors, ErrorsNameTheFile) {
  EXPECT_EQ(SafeTensors::open("/nowhere/x.safetensors").error().code, ErrorCode::not_found);
  const TemporaryFile temporary("bad.safetensors");
  ASSERT_TRUE(write_file(temporary.path(), "short"));
  const auto file = SafeTensors::open(temporary.path());
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().message.find(temporary.path().string()), 0U);
}

}  // namespace
}  // namespace cantus::infer
