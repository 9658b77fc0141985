#include "neural/train/workers/gradient_sums.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cantus::train {
namespace {

int free_port() {
  const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::bind(listening, reinterpret_cast<sockaddr*>(&address), sizeof address);
  socklen_t length = sizeof address;
  ::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &length);
  ::close(listening);
  return ntohs(address.sin_port);
}

/// y = c · a · b for scalars spread over large matrices, so that each is a bucket.
bool sums_come_out(int rank, int port) {
  Place place;
  place.rank = rank;
  place.size = 2;
  place.port = port;
  auto workers = Workers::meet(place, std::chrono::seconds(20));
  if (!workers) return false;
  const std::int64_t side = 1024;
  at::Tensor gradients = at::zeros({2 * side * side});
  std::vector<at::Tensor> parameters;
  for (std::int64_t i = 0; i < 2; ++i) {
    at::Tensor parameter = at::full({side, side}, 0.5F * static_cast<float>(i + 1));
    parameter.set_requires_grad(true);
    parameter.mutable_grad() = gradients.narrow(0, i * side * side, side * side).view({side, side});
    parameters.push_back(parameter);
  }
  GradientSums sums(**workers, parameters, gradients);
  for (const bool last : {false, true}) {  // two passes a step
    const at::Tensor y = (parameters[0] * parameters[1]).sum() * static_cast<double>(rank + 1);
    if (last) sums.arm();
    y.backward();
  }
  const bool begun_in_the_pass = sums.begun() == sums.buckets();
  if (!sums.finish()) return false;
  // Two passes of weight 1 here and 2 there: 6 times the other factor.
  const auto all_are = [&](std::int64_t i, double value) {
    return gradients.narrow(0, i * side * side, side * side).eq(value).all().item<bool>();
  };
  return sums.buckets() == 2 && begun_in_the_pass && all_are(0, 6.0) && all_are(1, 3.0);
}

TEST(GradientSums, BeginWithinTheBackwardPassAndAddUpEveryPass) {
  const int port = free_port();
  const pid_t child = fork();
  if (child == 0) _exit(sums_come_out(1, port) ? 0 : 1);
  const pid_t other = fork();
  if (other == 0) _exit(sums_come_out(0, port) ? 0 : 1);
  for (const pid_t each : {child, other}) {
    int status = 1;
    waitpid(each, &status, 0);
    EXPECT_EQ(status, 0);
  }
}

}  // namespace
}  // namespace cantus::train
