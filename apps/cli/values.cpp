#include "apps/cli/values.h"

#include <charconv>
#include <cstdint>

namespace cantus::cli {
namespace {

template <class Number>
bool is_number(const std::string& text, Number& value) {
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc() && read.ptr == end;
}

}  // namespace

std::string wrong_if_empty(const std::string& text) {
  return text.empty() ? "is empty; give a value or leave the option out" : "";
}

std::string wrong_seed(const std::string& text) {
  std::uint64_t seed = 0;
  if (is_number(text, seed)) return "";
  return "'" + text + "' is not a whole number from 0 to 18446744073709551615";
}

std::string wrong_guidance(const std::string& text) {
  double guidance = 0.0;
  if (is_number(text, guidance) && guidance >= 0.0 && guidance <= 4.0) return "";
  return "'" + text + "' is not a guidance from 0 to 4";
}

std::string wrong_precision(const std::string& text) {
  if (text == "float32" || text == "bf16" || text == "int8") return "";
  return "'" + text + "' is not float32, bf16 or int8";
}

std::string wrong_loudness(const std::string& text) {
  double lufs = 0.0;
  if (is_number(text, lufs) && lufs >= -60.0 && lufs <= -5.0) return "";
  return "'" + text + "' is not a loudness from -60 to -5 LUFS";
}

}  // namespace cantus::cli
