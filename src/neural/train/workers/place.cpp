#include "neural/train/workers/place.h"

#include <array>
#include <charconv>
#include <cstdlib>

namespace cantus::train {
namespace {

/// The variables of one launcher; null where it has none.
struct Launcher {
  const char* rank;
  const char* size;
  const char* local_rank;
  const char* local_size;  ///< workers on this machine
};

constexpr std::array<Launcher, 4> kLaunchers = {{
    {"RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"},
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
     "OMPI_COMM_WORLD_LOCAL_SIZE"},
    {"PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
    {"SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID", nullptr},
}};

Result<int> number(const char* name, const std::string& text, int least, int most) {
  int value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && stopped == end && value >= least && value <= most) return value;
  return fail(ErrorCode::invalid_input, std::string(name) + "=" + text +
                                            ": must be a number from " + std::to_string(least) +
                                            " to " + std::to_string(most));
}

/// Sets `value` where the variable is set.
Result<void> read(
    const Environment& environment, const char* name, int least, int most, int& value) {
  const auto text = name != nullptr ? environment(name) : std::nullopt;
  if (!text) return {};
  const auto given = number(name, *text, least, most);
  if (!given) return tl::unexpected<Error>(given.error());
  value = *given;
  return {};
}

constexpr int kMostWorkers = 1 << 20;

Result<void> read_ranks(const Environment& environment, const Launcher& launcher, Place& place) {
  auto done = read(environment, launcher.size, 1, kMostWorkers, place.size);
  if (done) done = read(environment, launcher.rank, 0, place.size - 1, place.rank);
  if (done) done = read(environment, launcher.local_rank, 0, kMostWorkers, place.local);
  return done;
}

/// Whether the launcher says that every worker is on this machine.
bool on_one_machine(const Environment& environment, const Launcher& launcher, const Place& place) {
  if (environment("SLURM_NNODES") == "1") return true;
  int here = 0;
  return read(environment, launcher.local_size, 1, kMostWorkers, here) && here == place.size;
}

Result<void> read_meeting(const Environment& environment, const Launcher& launcher, Place& place) {
  if (const auto address = environment("MASTER_ADDR"); address && !address->empty()) {
    place.address = *address;
  } else if (!on_one_machine(environment, launcher, place)) {
    return fail(ErrorCode::invalid_input,
                "MASTER_ADDR is not set: give the address of the machine of worker 0");
  }
  return read(environment, "MASTER_PORT", 1, 65535, place.port);
}

}  // namespace

Result<Place> place_from(const Environment& environment) {
  for (const Launcher& launcher : kLaunchers) {
    if (!environment(launcher.rank) || !environment(launcher.size)) continue;
    Place place;
    auto done = read_ranks(environment, launcher, place);
    if (done && !place.alone()) done = read_meeting(environment, launcher, place);
    if (!done) return tl::unexpected<Error>(done.error());
    return place;
  }
  return Place{};
}

Result<Place> place_from_environment() {
  return place_from([](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    return value;
  });
}

}  // namespace cantus::train
