// The network of docs/formats/weights.md as plain loops in double precision: what the engine is
// held to in tests.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "neural/infer/random_network.h"

namespace cantus::infer {

class PlainNetwork {
 public:
  PlainNetwork(const TransformerConfig& config, const NetworkFile& file)
      : c_(config), file_(file) {}

  /// After each token: [token][vocabulary].
  std::vector<std::vector<double>> logits(std::span<const std::uint16_t> tokens) const {
    std::vector<Vector> xs;
    for (const std::uint16_t token : tokens)
      xs.push_back(row("embedding", token));
    for (int layer = 0; layer < c_.layers; ++layer) {
      const std::string block = "blocks." + std::to_string(layer) + ".";
      attention(block, xs);
      for (Vector& x : xs) {
        Vector h = times(block + "mlp_in", normed(x, block + "mlp_norm"));
        for (double& v : h)
          v = std::max(v, 0.0) * std::max(v, 0.0);
        x = sum(x, times(block + "mlp_out", h));
      }
    }
    for (Vector& x : xs)
      x = times("embedding", normed(x, "final_norm"));
    return xs;
  }

 private:
  using Vector = std::vector<double>;

  Vector row(const std::string& name, std::size_t index) const {
    const auto& values = file_.values.at(name);
    const auto width = static_cast<std::size_t>(c_.width);
    return {values.begin() + static_cast<std::ptrdiff_t>(index * width),
            values.begin() + static_cast<std::ptrdiff_t>((index + 1) * width)};
  }

  Vector times(const std::string& name, const Vector& x) const {
    const auto& values = file_.values.at(name);
    Vector out(values.size() / x.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      out[i / x.size()] += static_cast<double>(values[i]) * x[i % x.size()];
    }
    return out;
  }

  static Vector sum(Vector a, const Vector& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
      a[i] += b[i];
    return a;
  }

  Vector normed(Vector x, const std::string& name) const {
    double squares = 0.0;
    for (const double v : x)
      squares += v * v;
    const double root = std::sqrt(squares / static_cast<double>(x.size()) + 1e-5);
    const auto& gain = file_.values.at(name);
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] *= static_cast<double>(gain[i]) / root;
    return x;
  }

  void rotate(std::span<double> head, std::size_t position) const {
    const std::size_t half = head.size() / 2;
    for (std::size_t i = 0; i < half; ++i) {
      const double angle =
          static_cast<double>(position) *
          std::pow(c_.rope_base, -static_cast<double>(i) / static_cast<double>(half));
      const double a = head[i];
      const double b = head[i + half];
      head[i] = a * std::cos(angle) - b * std::sin(angle);
      head[i + half] = b * std::cos(angle) + a * std::sin(angle);
    }
  }

  void attention(const std::string& block, std::vector<Vector>& xs) const {
    std::vector<Vector> qkv;
    const auto width = static_cast<std::size_t>(c_.width);
    const auto head_width = static_cast<std::size_t>(c_.head_width());
    for (std::size_t t = 0; t < xs.size(); ++t) {
      qkv.push_back(times(block + "attention_qkv", normed(xs[t], block + "attention_norm")));
      for (std::size_t at = 0; at < 2 * width; at += head_width) {
        rotate(std::span(qkv[t]).subspan(at, head_width), t);
      }
    }
    for (std::size_t t = 0; t < xs.size(); ++t) {
      Vector mixed;
      for (std::size_t at = 0; at < width; at += head_width) {
        const Vector head = attend(qkv, t, at);
        mixed.insert(mixed.end(), head.begin(), head.end());
      }
      xs[t] = sum(xs[t], times(block + "attention_out", mixed));
    }
  }

  Vector attend(const std::vector<Vector>& qkv, std::size_t t, std::size_t at) const {
    const auto width = static_cast<std::size_t>(c_.width);
    const auto head_width = static_cast<std::size_t>(c_.head_width());
    Vector out(head_width);
    double total = 0.0;
    for (std::size_t s = 0; s <= t; ++s) {
      double score = 0.0;
      for (std::size_t i = 0; i < head_width; ++i)
        score += qkv[t][at + i] * qkv[s][width + at + i];
      const double weight = std::exp(score / std::sqrt(static_cast<double>(head_width)));
      total += weight;
      for (std::size_t i = 0; i < head_width; ++i)
        out[i] += weight * qkv[s][2 * width + at + i];
    }
    for (double& v : out)
      v /= total;
    return out;
  }

  const TransformerConfig& c_;
  const NetworkFile& file_;
};

}  // namespace cantus::infer
