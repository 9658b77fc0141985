// How long one phrase of the band takes on one core: conditions and noise to notes, and back; one
// more draw of it; and what its critic takes to hear it. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <functional>
#include <vector>

#include "neural/band/network.h"
#include "neural/band/random_phrase.h"
#include "neural/band_critic/critic.h"

namespace {

namespace band = cantus::band;
using Clock = std::chrono::steady_clock;

double median_ms(int times, const std::function<void(int)>& work) {
  std::vector<double> taken;
  for (int i = 0; i < times; ++i) {
    const auto begin = Clock::now();
    work(i);
    taken.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
  }
  std::ranges::nth_element(taken, taken.begin() + times / 2);
  return taken[static_cast<std::size_t>(times / 2)];
}

}  // namespace

int main(int argc, char** argv) {
  auto net = band::BandNet::load(argc > 1 ? argv[1] : "models/band.safetensors");
  if (!net) {
    std::fprintf(stderr, "band_speed: %s\n", net.error().message.c_str());
    return 1;
  }
  const auto asked = band::random_conditions({4, 4}, cantus::Random(1));
  band::BandNet::Workspace work(*net);
  std::vector<float> logits(static_cast<std::size_t>(asked.tokens()) * band::kContentFeatures);
  std::size_t notes = 0;
  std::vector<cantus::rolls::Roll> drawn;
  for (const auto isa : cantus::infer::supported_isas()) {
    net->use(isa);
    const double play = median_ms(200, [&](int i) {
      const auto z = band::draw_latents(cantus::Random(static_cast<std::uint64_t>(i)));
      net->generate(asked, z, work, logits);
      const cantus::Random random(static_cast<std::uint64_t>(i));
      const std::array<cantus::Random, 4> chances = {random.fork("0"), random.fork("1"),
                                                     random.fork("2"), random.fork("3")};
      notes += net->play(logits, asked, {}, chances).players[1].size();
    });
    const double draw = median_ms(200, [&](int i) {
      const cantus::Random random(static_cast<std::uint64_t>(i + 1000));
      const std::array<cantus::Random, 4> chances = {random.fork("0"), random.fork("1"),
                                                     random.fork("2"), random.fork("3")};
      drawn.push_back(net->play(logits, asked, {}, chances));
    });
    const double hear = median_ms(50, [&](int) { (void)net->encode(asked, work); });
    std::printf(
        "%-12s a phrase of four bars and five players %.2f ms, another draw %.2f ms, its noise "
        "again "
        "%.2f ms\n",
        std::string(cantus::infer::name_of(isa)).c_str(), play, draw, hear);
  }
  const auto critic =
      cantus::band_critic::Critic::load(argc > 2 ? argv[2] : "models/band_critic.safetensors");
  if (critic) {
    double sum = 0.0;
    const double judge =
        median_ms(200, [&](int i) { sum += critic->rank(drawn[static_cast<std::size_t>(i)]); });
    std::printf("the critic hears a phrase in %.2f ms (mean log-odds %.2f)\n", judge, sum / 200.0);
  }
  return notes == 0 ? 1 : 0;
}
