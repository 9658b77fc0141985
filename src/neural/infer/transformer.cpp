#include "neural/infer/transformer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "neural/infer/exact_math.h"
#include "neural/infer/stored_matrix.h"

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
  const auto has_scales = [](const auto& named) { return named.second.type == "I8"; };
  const auto expected = static_cast<std::size_t>(2 + 6 * config.layers) +
                        static_cast<std::size_t>(std::ranges::count_if(file.tensors(), has_scales));
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

/// What a matrix of this file is held in.
Precision precision_of(const SafeTensors& file,
                       const std::string& name,
                       std::optional<Precision> wanted) {
  if (wanted) return *wanted;
  const Tensor* tensor = file.find(name);
  if (tensor != nullptr && tensor->type == "I8") return Precision::int8;
  return tensor != nullptr && tensor->type == "BF16" ? Precision::bfloat16 : Precision::float32;
}

/// Copies tensors one after another to where the weights lie; keeps the first error. Without a
/// place it only counts the floats they take.
class Packer {
 public:
  Packer(const SafeTensors& file, std::optional<Precision> wanted, float* place)
      : file_(file), wanted_(wanted), place_(place) {}

  PackedMatrix matrix(const std::string& name, int rows, int depth) {
    const Precision precision = precision_of(file_, name, wanted_);
    float* out = take(PackedMatrix::size(rows, depth, precision));
    if (out == nullptr) return {};
    const auto stored = read_matrix(file_, name, rows, depth);
    if (!stored) {
      error_ = stored.error();
      return {};
    }
    if (stored->precision == Precision::int8 && precision == Precision::int8) {
      return pack(stored->whole.numbers, stored->whole.scales, rows, depth, out);
    }
    return pack(stored->widened(), rows, depth, out, precision);
  }

  const float* vector(const std::string& name, int width) {
    float* out = take(static_cast<std::size_t>(padded(width)));
    if (out == nullptr) return nullptr;
    const auto values = file_.floats(name, {static_cast<std::uint64_t>(width)});
    if (!values) {
      error_ = values.error();
      return nullptr;
    }
    std::ranges::copy(*values, out);
    return out;
  }

  std::size_t taken() const { return taken_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  /// Null where nothing is to be copied.
  float* take(std::size_t floats) {
    const std::size_t at = std::exchange(taken_, taken_ + floats);
    return place_ == nullptr || error_ ? nullptr : place_ + at;
  }

  const SafeTensors& file_;
  std::optional<Precision> wanted_;
  float* place_;
  std::size_t taken_ = 0;
  std::optional<Error> error_;
};

struct Parts {
  std::vector<Block> blocks;
  const float* final_norm = nullptr;
  PackedMatrix embedding;
};

Parts pack_all(const TransformerConfig& c, Packer& packer) {
  Parts parts;
  for (int i = 0; i < c.layers; ++i) {
    const std::string name = fmt::format("blocks.{}.", i);
    Block block;
    block.attention_norm = packer.vector(name + "attention_norm", c.width);
    block.attention_qkv = packer.matrix(name + "attention_qkv", 3 * c.width, c.width);
    block.attention_out = packer.matrix(name + "attention_out", c.width, c.width);
    block.mlp_norm = packer.vector(name + "mlp_norm", c.width);
    block.mlp_in = packer.matrix(name + "mlp_in", c.hidden, c.width);
    block.mlp_out = packer.matrix(name + "mlp_out", c.width, c.hidden);
    parts.blocks.push_back(block);
  }
  parts.final_norm = packer.vector("final_norm", c.width);
  parts.embedding = packer.matrix("embedding", c.vocabulary, c.width);
  return parts;
}

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

Result<Transformer> Transformer::load(const SafeTensors& file, std::optional<Precision> wanted) {
  auto isa = chosen_isa();
  if (!isa) return tl::unexpected(isa.error());
  auto config = read_config(file);
  if (!config) return tl::unexpected(config.error());
  Transformer transformer;
  transformer.isa_ = *isa;
  transformer.config_ = std::move(*config);
  transformer.metadata_ = file.metadata();
  if (auto read = transformer.read_weights(file, wanted); !read)
    return tl::unexpected(read.error());
  transformer.make_rotations();
  return transformer;
}

Result<Transformer> Transformer::load(const std::filesystem::path& path,
                                      std::optional<Precision> wanted) {
  const auto file = SafeTensors::open(path);
  if (!file) return tl::unexpected(file.error());
  auto transformer = load(*file, wanted);
  if (!transformer) return fail_at(path.string(), transformer.error());
  return transformer;
}

Result<void> Transformer::read_weights(const SafeTensors& file, std::optional<Precision> wanted) {
  Packer counting(file, wanted, nullptr);
  pack_all(config_, counting);
  weights_ = AlignedFloats(counting.taken());
  Packer packer(file, wanted, weights_.data());
  Parts parts = pack_all(config_, packer);
  if (packer.error()) return tl::unexpected(*packer.error());
  blocks_ = std::move(parts.blocks);
  final_norm_ = parts.final_norm;
  embedding_ = parts.embedding;
  return {};
}

std::size_t Transformer::matrix_bytes() const {
  std::size_t bytes = embedding_.bytes();
  for (const Block& block : blocks_) {
    bytes += block.attention_qkv.bytes() + block.attention_out.bytes() + block.mlp_in.bytes() +
             block.mlp_out.bytes();
  }
  return bytes;
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
