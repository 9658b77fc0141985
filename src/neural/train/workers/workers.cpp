#include "neural/train/workers/workers.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#ifdef CANTUS_GLOO
#include <netdb.h>
#include <sys/socket.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <unistd.h>
#endif

namespace cantus::train {

#ifdef CANTUS_GLOO
namespace {

using Work = decltype(std::declval<c10d::ProcessGroupGloo&>().barrier());

/// The first line of what LibTorch or Gloo said, without the place in their sources.
std::string said(const std::exception& error) {
  std::string text = error.what();
  text = text.substr(0, text.find('\n'));
  if (text.starts_with("[")) text.erase(0, text.find("] ") + 1);
  return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

/// This machine's address on the way to `host`; empty where there is none.
std::string address_towards(const std::string& host) {
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), "9", nullptr, &found) != 0) return {};
  std::string address;
  for (const addrinfo* at = found; at != nullptr && address.empty(); at = at->ai_next) {
    const int asking = ::socket(at->ai_family, SOCK_DGRAM, 0);  // connecting sends nothing
    sockaddr_storage own{};
    socklen_t length = sizeof own;
    char text[NI_MAXHOST];
    if (asking >= 0 && ::connect(asking, at->ai_addr, at->ai_addrlen) == 0 &&
        ::getsockname(asking, reinterpret_cast<sockaddr*>(&own), &length) == 0 &&
        ::getnameinfo(reinterpret_cast<sockaddr*>(&own), length, text, sizeof text, nullptr, 0,
                      NI_NUMERICHOST) == 0) {
      address = text;
    }
    if (asking >= 0) ::close(asking);
  }
  ::freeaddrinfo(found);
  return address;
}

auto device_towards(const std::string& host) {
  using c10d::ProcessGroupGloo;
  if (const char* interface = std::getenv("GLOO_SOCKET_IFNAME"); interface != nullptr) {
    return ProcessGroupGloo::createDeviceForInterface(interface);
  }
  const std::string address = address_towards(host);
  return address.empty() ? ProcessGroupGloo::createDefaultDevice()
                         : ProcessGroupGloo::createDeviceForHostname(address);
}

}  // namespace

struct Workers::Group {
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
  std::vector<Work> running;
  std::string failure;  ///< of a sum that could not be begun
};

Result<std::unique_ptr<Workers>> Workers::meet(const Place& place,
                                               std::chrono::milliseconds patience) {
  try {
    c10d::TCPStoreOptions meeting;
    meeting.port = static_cast<std::uint16_t>(place.port);
    meeting.isServer = place.first();
    meeting.numWorkers = static_cast<std::size_t>(place.size);
    meeting.timeout = patience;
    const auto store = c10::make_intrusive<c10d::TCPStore>(place.address, meeting);
    const auto options = c10d::ProcessGroupGloo::Options::create(patience);
    options->devices.push_back(device_towards(place.address));
    auto group = std::make_unique<Group>();
    group->gloo =
        c10::make_intrusive<c10d::ProcessGroupGloo>(store, place.rank, place.size, options);
    return std::unique_ptr<Workers>(new Workers(place, std::move(group)));
  } catch (const std::exception& error) {
    return fail(ErrorCode::io, "the " + std::to_string(place.size) +
                                   " workers did not meet at MASTER_ADDR " + place.address +
                                   ", MASTER_PORT " + std::to_string(place.port) + " (" +
                                   said(error) + "); start all of them, or choose another port");
  }
}

void Workers::start_sum(const at::Tensor& part) {
  try {
    std::vector<at::Tensor> parts{part};
    group_->running.push_back(group_->gloo->allreduce(parts));
  } catch (const std::exception& error) {  // where a connection is already known to be lost
    group_->failure = said(error);
  }
}

Result<void> Workers::finish_sums() {
  std::string failure = std::exchange(group_->failure, {});
  for (const Work& work : std::exchange(group_->running, {})) {
    try {
      if (failure.empty()) work->wait();
    } catch (const std::exception& error) {
      failure = said(error);
    }
  }
  if (failure.empty()) return {};
  return fail(ErrorCode::io, "another worker is gone or does not answer (" + failure + ")");
}

Result<void> Workers::copy_from_first(at::Tensor values) {
  try {
    std::vector<at::Tensor> all{values};
    group_->gloo->broadcast(all)->wait();
    return {};
  } catch (const std::exception& error) {
    return fail(ErrorCode::io, "another worker is gone or does not answer (" + said(error) + ")");
  }
}
#else
struct Workers::Group {};

Result<std::unique_ptr<Workers>> Workers::meet(const Place& place, std::chrono::milliseconds) {
  return fail(ErrorCode::unsupported, "asked for " + std::to_string(place.size) +
                                          " workers, but this trainer was built without Gloo");
}
void Workers::start_sum(const at::Tensor&) {}
Result<void> Workers::finish_sums() {
  return {};
}
Result<void> Workers::copy_from_first(at::Tensor) {
  return {};
}
#endif

Workers::Workers(const Place& place, std::unique_ptr<Group> group)
    : place_(place), group_(std::move(group)) {}

Workers::~Workers() = default;

Result<void> Workers::sum(const at::Tensor& part) {
  start_sum(part);
  return finish_sums();
}

Result<void> Workers::agree(const Result<void>& own) {
  const at::Tensor failed = at::tensor({own ? 0.0 : 1.0}, at::kDouble);
  const auto summed = sum(failed);
  if (!own) return own;
  if (!summed) return summed;
  if (failed.item<double>() == 0.0) return {};
  return fail(ErrorCode::invalid_input, "another worker could not begin; it says why");
}

}  // namespace cantus::train
