#include "neural/infer/transformer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "neural/infer/exact_math.h"

namespace cantus::infer {
namespace {

constexpr int kMostLayers = 256;
constexpr int kLongestContext = 1 << 16;
constexpr int kWidest = 1 << 14;                                  // width and hidden
constexpr int kLargestVocabulary = 1 << 16;                       // a token is 16 bits
constexpr std::uint64_t kLargestCache = std::uint64_t{1} << 30U;  // bytes a sequence

tl::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::invalid_input, std::move(message));
}

Result<std::string> text_of(const Metadata& metadata, std::string_view key) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) return bad(fmt::format("__metadata__ has no '{}'", key));
  return found->second;
}

template <class T>
Result<T> number_of(const Metadata& metadata, std::string_view key, T least, T most) {
  const auto text = text_of(metadata, key);
  if (!text) return tl::unexpected(text.error());
  T number{};
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || stop != end || !(number >= least && number <= most)) {
    return bad(fmt::format("__metadata__: {} is '{}', not a number from {} to {}", key, *text,
                           least, most));
  }
  return number;
}

/// A length of a tensor of `rank` lengths, from 1 to `most`.
Result<int> length_of(
    const SafeTensors& file, std::string_view name, std::size_t rank, std::size_t which, int most) {
  const Tensor* tensor = file.find(name);
  if (tensor == nullptr) return bad(fmt::format("tensor {} is missing", name));
  if (tensor->shape.size() != rank)
    return bad(fmt::format("tensor {}: its shape has {} lengths and should have {}", name,
                           tensor->shape.size(), rank));
  const std::uint64_t length = tensor->shape[which];
  if (length < 1 || length > static_cast<std::uint64_t>(most)) {
    return bad(fmt::format("tensor {}: a length of {} is not from 1 to {}", name, length, most));
  }
  return static_cast<int>(length);
}

Result<void> check_config(const TransformerConfig& config, const SafeTensors& file) {
  if (config.width % config.heads != 0 || config.head_width() % 2 != 0) {
    return bad(fmt::format("a width of {} does not make {} heads of an even width", config.width,
                           config.heads));
  }
  const std::uint64_t cache = sizeof(float) * 2 * static_cast<std::uint64_t>(config.width) *
                              static_cast<std::uint64_t>(config.context) *
                              static_cast<std::uint64_t>(config.layers);
  if (cache > kLargestCache) {
    return fail(ErrorCode::unsupported,
                fmt::format("one sequence would need {} MiB of cache; the most is {}", cache >> 20U,
                            kLargestCache >> 20U));
  }
  const auto expected = static_cast<std::size_t>(2 + 6 * config.layers);
  if (file.tensors().size() != expected) {
    return bad(fmt::format("{} tensors, and {} layers have {}", file.tensors().size(),
                           config.layers, expected));
  }
  return {};
}

/// The first error, in order, of several results.
template <class... Results>
std::optional<Error> first_error(const Results&... results) {
  std::optional<Error> error;
  const auto note = [&](const auto& result) {
    if (!error && !result) error = result.error();
  };
  (note(results), ...);
  return error;
}

std::size_t weights_size(const TransformerConfig& c) {
  const std::size_t block =
      2 * static_cast<std::size_t>(padded(c.width)) + PackedMatrix::size(3 * c.width, c.width) +
      PackedMatrix::size(c.width, c.width) + PackedMatrix::size(c.hidden, c.width) +
      PackedMatrix::size(c.width, c.hidden);
  return PackedMatrix::size(c.vocabulary, c.width) + static_cast<std::size_t>(padded(c.width)) +
         static_cast<std::size_t>(c.layers) * block;
}

/// Copies tensors one after another into the weights; keeps the first error.
class Packer {
 public:
  Packer(const SafeTensors& file, float* next) : file_(file), next_(next) {}

  PackedMatrix matrix(const std::string& name, int rows, int depth) {
    const auto values =
        floats(name, {static_cast<std::uint64_t>(rows), static_cast<std::uint64_t>(depth)});
    if (error_) return {};
    return pack(values, rows, depth, std::exchange(next_, next_ + PackedMatrix::size(rows, depth)));
  }

  const float* vector(const std::string& name, int width) {
    const auto values = floats(name, {static_cast<std::uint64_t>(width)});
    if (error_) return nullptr;
    std::ranges::copy(values, next_);
    return std::exchange(next_, next_ + padded(width));
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  std::vector<float> floats(const std::string& name, const Shape& shape) {
    if (error_) return {};
    auto values = file_.floats(name, shape);
    if (values) return std::move(*values);
    error_ = values.error();
    return {};
  }

  const SafeTensors& file_;
  float* next_;
  std::optional<Error> error_;
};

}  // namespace

Result<TransformerConfig> read_config(const SafeTensors& file) {
  const Metadata& metadata = file.metadata();
  const auto format = text_of(metadata, "format");
  if (!format) return tl::unexpected(format.error());
  if (*format != "cantus-transformer-1") {
    return fail(ErrorCode::unsupported,
                fmt::format("its format is '{}', not 'cantus-transformer-1'", *format));
  }
  const auto layers = number_of(metadata, "layers", 1, kMostLayers);
  const auto heads = number_of(metadata, "heads", 1, kWidest);
  const auto context = number_of(metadata, "context", 1, kLongestContext);
  const auto rope_base = number_of(metadata, "rope_base", 1.0, 1e9);
  const auto hash = text_of(metadata, "vocabulary_hash");
  const auto vocabulary = length_of(file, "embedding", 2, 0, kLargestVocabulary);
  const auto width = length_of(file, "embedding", 2, 1, kWidest);
  const auto hidden = length_of(file, "blocks.0.mlp_in", 2, 0, kWidest);
  if (auto error =
          first_error(layers, heads, context, rope_base, hash, vocabulary, width, hidden)) {
    return tl::unexpected(*error);
  }
  TransformerConfig config{*vocabulary, *width,   *hidden,    *layers,
                           *heads,      *context, *rope_base, *hash};
  if (auto agrees = check_config(config, file); !agrees) return tl::unexpected(agrees.error());
  return config;
}

Result<Transformer> Transformer::load(const SafeTensors& file) {
  auto isa = chosen_isa();
  if (!isa) return tl::unexpected(isa.error());
  auto config = read_config(file);
  if (!config) return tl::unexpected(config.error());
  Transformer transformer;
  transformer.isa_ = *isa;
  transformer.config_ = std::move(*config);
  transformer.metadata_ = file.metadata();
  if (auto read = transformer.read_weights(file); !read) return tl::unexpected(read.error());
  transformer.make_rotations();
  return transformer;
}

Result<Transformer> Transformer::load(const std::filesystem::path& path) {
  const auto file = SafeTensors::open(path);
  if (!file) return tl::unexpected(file.error());
  auto transformer = load(*file);
  if (!transformer) return fail_at(path.string(), transformer.error());
  return transformer;
}

Result<void> Transformer::read_weights(const SafeTensors& file) {
  const TransformerConfig& c = config_;
  weights_ = AlignedFloats(weights_size(c));
  Packer packer(file, weights_.data());
  for (int i = 0; i < c.layers; ++i) {
    const std::string name = fmt::format("blocks.{}.", i);
    Block block;
    block.attention_norm = packer.vector(name + "attention_norm", c.width);
    block.attention_qkv = packer.matrix(name + "attention_qkv", 3 * c.width, c.width);
    block.attention_out = packer.matrix(name + "attention_out", c.width, c.width);
    block.mlp_norm = packer.vector(name + "mlp_norm", c.width);
    block.mlp_in = packer.matrix(name + "mlp_in", c.hidden, c.width);
    block.mlp_out = packer.matrix(name + "mlp_out", c.width, c.hidden);
    blocks_.push_back(block);
  }
  final_norm_ = packer.vector("final_norm", c.width);
  embedding_ = packer.matrix("embedding", c.vocabulary, c.width);
  if (packer.error()) return tl::unexpected(*packer.error());
  return {};
}

void Transformer::make_rotations() {
  const int pairs = config_.head_width() / 2;
  const double log_base = exact_log(config_.rope_base);
  std::vector<double> turns;  // radians from one position to the next
  for (int i = 0; i < pairs; ++i)
    turns.push_back(exact_exp(-log_base * i / pairs));
  for (int position = 0; position < config_.context; ++position) {
    for (const double turn : turns) {
      const SineCosine at = exact_sine_cosine(position * turn);
      cosines_.push_back(static_cast<float>(at.cosine));
      sines_.push_back(static_cast<float>(at.sine));
    }
  }
}

}  // namespace cantus::infer
