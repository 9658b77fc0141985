#include "neural/train/workers/place.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cantus::train {
namespace {

using testing::HasSubstr;
using Variables = std::map<std::string, std::string>;

Result<Place> place_with(const Variables& variables) {
  return place_from([&](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

TEST(Place, WithoutALauncherAProcessIsAlone) {
  const auto place = place_with({{"MASTER_PORT", "1234"}, {"RANK", "3"}});
  ASSERT_TRUE(place);
  EXPECT_TRUE(place->alone());
  EXPECT_TRUE(place->first());
}

TEST(Place, EveryLauncherSaysItInItsOwnWords) {
  const std::vector<Variables> launchers = {
      {{"RANK", "2"}, {"WORLD_SIZE", "4"}, {"LOCAL_RANK", "1"}},
      {{"SLURM_PROCID", "2"}, {"SLURM_NTASKS", "4"}, {"SLURM_LOCALID", "1"}},
      {{"OMPI_COMM_WORLD_RANK", "2"},
       {"OMPI_COMM_WORLD_SIZE", "4"},
       {"OMPI_COMM_WORLD_LOCAL_RANK", "1"}},
      {{"PMI_RANK", "2"}, {"PMI_SIZE", "4"}, {"MPI_LOCALRANKID", "1"}}};
  for (Variables variables : launchers) {
    variables["MASTER_ADDR"] = "10.0.0.7";
    variables["MASTER_PORT"] = "4711";
    const auto place = place_with(variables);
    ASSERT_TRUE(place) << place.error().message;
    EXPECT_EQ(place->rank, 2);
    EXPECT_EQ(place->size, 4);
    EXPECT_EQ(place->local, 1);
    EXPECT_EQ(place->address, "10.0.0.7");
    EXPECT_EQ(place->port, 4711);
  }
}

TEST(Place, APlainShellsWordsGoBeforeTheSchedulers) {
  const auto place = place_with(
      {{"RANK", "0"}, {"WORLD_SIZE", "1"}, {"SLURM_PROCID", "2"}, {"SLURM_NTASKS", "4"}});
  ASSERT_TRUE(place);
  EXPECT_TRUE(place->alone());
}

TEST(Place, OnOneMachineTheMeetingPlaceIsKnown) {
  const auto slurm =
      place_with({{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "2"}, {"SLURM_NNODES", "1"}});
  ASSERT_TRUE(slurm) << slurm.error().message;
  EXPECT_EQ(slurm->address, "127.0.0.1");
  const auto mpi = place_with({{"OMPI_COMM_WORLD_RANK", "1"},
                               {"OMPI_COMM_WORLD_SIZE", "2"},
                               {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}});
  EXPECT_TRUE(mpi);
}

TEST(Place, WhatCannotBeIsRefusedByTheVariablesName) {
  const auto refused = [](const Variables& variables) {
    const auto place = place_with(variables);
    return place ? std::string("accepted") : place.error().message;
  };
  EXPECT_THAT(refused({{"RANK", "2"}, {"WORLD_SIZE", "2"}}), HasSubstr("RANK=2"));
  EXPECT_THAT(refused({{"RANK", "0"}, {"WORLD_SIZE", "two"}}), HasSubstr("WORLD_SIZE=two"));
  EXPECT_THAT(refused({{"RANK", "0"}, {"WORLD_SIZE", "2"}}), HasSubstr("MASTER_ADDR"));
  EXPECT_THAT(
      refused(
          {{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "node1"}, {"MASTER_PORT", "99999"}}),
      HasSubstr("MASTER_PORT=99999"));
}

}  // namespace
}  // namespace cantus::train
