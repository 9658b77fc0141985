#include "neural/band/network.h"

#include <cmath>

#include <gmock/gmock.h>

#include "neural/band/random_phrase.h"
#include "neural/band/random_weights.h"

namespace cantus::band {
namespace {

std::vector<float> generate(const BandNet& net, const Conditions& c, const Latents& z) {
  BandNet::Workspace work(net);
  std::vector<float> logits(static_cast<std::size_t>(c.tokens()) * kContentFeatures);
  net.generate(c, z, work, logits);
  return logits;
}

TEST(BandNet, EveryInstructionSetGivesTheSameBits) {
  BandNet net = random_net(1);
  for (const score::Metre metre : {score::Metre{4, 4}, score::Metre{6, 8}}) {
    const Conditions c = random_conditions(metre, Random(7));
    const Latents z = draw_latents(Random(8));
    net.use(infer::Isa::scalar);
    const auto plain = generate(net, c, z);
    BandNet::Workspace work(net);
    const Latents heard = net.encode(c, work);
    for (const infer::Isa isa : infer::supported_isas()) {
      net.use(isa);
      EXPECT_EQ(generate(net, c, z), plain) << infer::name_of(isa);
      EXPECT_EQ(net.encode(c, work), heard) << infer::name_of(isa);
    }
  }
}

TEST(BandNet, AWorkspaceUsedBeforeChangesNothing) {
  const BandNet net = random_net(2);
  const Conditions three = random_conditions({3, 4}, Random(1));
  const Conditions four = random_conditions({4, 4}, Random(2));
  const Latents z = draw_latents(Random(3));
  BandNet::Workspace work(net);
  std::vector<float> first(static_cast<std::size_t>(four.tokens()) * kContentFeatures);
  net.generate(four, z, work, first);
  std::vector<float> again(static_cast<std::size_t>(three.tokens()) * kContentFeatures);
  net.generate(three, z, work, again);
  EXPECT_EQ(again, generate(net, three, z));
}

TEST(BandNet, OtherNoiseGivesOtherLogits) {
  const BandNet net = random_net(2);
  const Conditions c = random_conditions({4, 4}, Random(1));
  EXPECT_NE(generate(net, c, draw_latents(Random(1))), generate(net, c, draw_latents(Random(2))));
}

TEST(BandNet, NumbersStayFinite) {
  const BandNet net = random_net(4);
  const Conditions c = random_conditions({4, 4}, Random(1));
  for (const float value : generate(net, c, draw_latents(Random(1))))
    ASSERT_TRUE(std::isfinite(value));
}

TEST(BandNet, AFileThatLiesIsRefusedWithASentence) {
  const auto message = [](const std::string& bytes) {
    const auto file = infer::SafeTensors::parse(std::as_bytes(std::span(bytes)));
    if (!file) return file.error().message;
    const auto net = BandNet::load(*file);
    return net ? std::string() : net.error().message;
  };
  EXPECT_EQ(message(random_file(1, {})), "");
  EXPECT_THAT(message(random_file(1, {{"format", "other"}})), testing::HasSubstr("band"));
  EXPECT_THAT(message(random_file(1, {{"width", "0"}})), testing::HasSubstr("width"));
  EXPECT_THAT(message(random_file(1, {{"width", "32000000000"}})), testing::HasSubstr("width"));
  EXPECT_THAT(message(random_file(1, {{"width", "64"}})), testing::HasSubstr("generator.input"));
  EXPECT_THAT(message(random_file(1, {{"heads", "5"}})), testing::HasSubstr("sixteens"));
  EXPECT_THAT(message(random_file(1, {{"encoder_blocks", "9"}})), testing::HasSubstr("encoder.1"));
}

}  // namespace
}  // namespace cantus::band
