#include "neural/infer/isa.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace cantus::infer {
namespace {

class ChosenIsa : public testing::Test {
 protected:
  ChosenIsa() {
    if (const char* now = std::getenv("CANTUS_ISA")) before_ = now;
  }
  ~ChosenIsa() override { ::setenv("CANTUS_ISA", before_.c_str(), 1); }

 private:
  std::string before_;
};

TEST_F(ChosenIsa, IsTheFastestUnlessTheEnvironmentNamesOne) {
  ::unsetenv("CANTUS_ISA");
  EXPECT_EQ(chosen_isa().value(), supported_isas().back());
  ::setenv("CANTUS_ISA", "", 1);
  EXPECT_EQ(chosen_isa().value(), supported_isas().back());
  for (const Isa isa : supported_isas()) {
    ::setenv("CANTUS_ISA", std::string(name_of(isa)).c_str(), 1);
    EXPECT_EQ(chosen_isa().value(), isa);
  }
}

TEST_F(ChosenIsa, ANameThatIsNoneIsRefused) {
  ::setenv("CANTUS_ISA", "sse9", 1);
  const auto isa = chosen_isa();
  ASSERT_FALSE(isa);
  EXPECT_EQ(isa.error().code, ErrorCode::invalid_input);
  EXPECT_NE(isa.error().message.find("sse9"), std::string::npos);
}

TEST_F(ChosenIsa, WhatThisMachineCannotRunIsRefused) {
  for (const Isa isa : {Isa::neon, Isa::avx2, Isa::avx512, Isa::avx512_vnni}) {
    if (std::ranges::count(supported_isas(), isa) != 0) continue;
    ::setenv("CANTUS_ISA", std::string(name_of(isa)).c_str(), 1);
    const auto chosen = chosen_isa();
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().code, ErrorCode::unsupported);
  }
}

TEST_F(ChosenIsa, ScalarIsAlwaysThere) {
  EXPECT_EQ(supported_isas().front(), Isa::scalar);
}

}  // namespace
}  // namespace cantus::infer
