#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "neural/train/checkpoint.h"
#include "neural/train/fit.h"
#include "neural/train/model_file.h"
#include "neural/train/toy_corpus.h"

namespace cantus::train {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

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

/// Training runs of several processes of this machine.
class ManyWorkers : public testing::Test {
 protected:
  ManyWorkers() { write_climbing(folder_ / "toy.pack"); }

  FitSettings settings(const std::string& name) const {
    FitSettings s;
    s.corpus = folder_ / "toy.pack";
    s.out = folder_ / name;
    s.shape.width = 32;
    s.shape.layers = 2;
    s.shape.heads = 2;
    s.shape.hidden = 64;
    s.shape.context = 48;
    s.batch = 6;
    s.rows = 2;
    s.steps = 50;
    s.rate = 5e-3;
    s.warmup = 5;
    s.transpose = 2;
    s.average = 0.9;
    s.validate_every = 10;
    s.checkpoint_every = 7;
    s.report_every = 1;
    s.patience = 20.0;
    return s;
  }

  /// One process of `fit`; what it says at the end lies in NAME.RANK.
  pid_t begin(FitSettings s, int rank, int size, int port) {
    s.place.rank = rank;
    s.place.size = size;
    s.place.port = port;
    const fs::path told = s.out.string() + "." + std::to_string(rank);
    const pid_t child = fork();
    if (child != 0) return child;
    const auto outcome = fit(
        s, slow_
               ? [](const Progress&) { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }
               : ReportProgress());
    std::ofstream(told) << (outcome ? "finished" : outcome.error().message);
    _exit(outcome ? 0 : 1);
  }

  std::vector<pid_t> begin_all(const FitSettings& s, int size) {
    const int port = free_port();
    std::vector<pid_t> children;
    for (int rank = 0; rank < size; ++rank)
      children.push_back(begin(s, rank, size, port));
    return children;
  }

  /// The exit status; -1 for a killed process.
  static int wait_for(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  void run_all(const FitSettings& s, int size) {
    for (const pid_t child : begin_all(s, size))
      EXPECT_EQ(wait_for(child), 0) << said(s, 0) << said(s, 1);
  }

  std::string said(const FitSettings& s, int rank) const {
    return read_file(s.out.string() + "." + std::to_string(rank)).value_or("nothing");
  }
  Curve curve(const FitSettings& s) const {
    return read_checkpoint(s.out.string() + ".checkpoint")->curve;
  }
  static double largest_difference(const Curve& a, const Curve& b) {
    double largest = a.size() == b.size() ? 0.0 : 1e9;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
      largest =
          std::max(largest, std::abs(a[i].training.value_or(0.0) - b[i].training.value_or(0.0)));
      largest = std::max(largest,
                         std::abs(a[i].validation.value_or(0.0) - b[i].validation.value_or(0.0)));
    }
    return largest;
  }

  TestFolder folder_;
  bool slow_ = false;
};

TEST_F(ManyWorkers, TwoOrThreeLearnWhatOneLearns) {
  const FitSettings one = settings("one");
  ASSERT_TRUE(fit(one, {}));
  ASSERT_EQ(curve(one).size(), 51U);
  for (const int size : {2, 3}) {
    const FitSettings many = settings("many" + std::to_string(size));
    run_all(many, size);
    EXPECT_LT(largest_difference(curve(one), curve(many)), 1e-4) << size << " workers";
    EXPECT_TRUE(fs::exists(many.out.string() + ".json"));
  }
}

TEST_F(ManyWorkers, AKilledWorkerEndsTheRunWhichGoesOnWithOneOrThree) {
  const FitSettings whole = settings("whole");
  ASSERT_TRUE(fit(whole, {}));
  FitSettings cut = settings("cut");
  slow_ = true;
  const auto workers = begin_all(cut, 2);
  const fs::path folder = cut.out.string() + ".checkpoint";
  while (!fs::exists(checkpoint_path(folder)) || read_checkpoint(folder)->step < 14) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ASSERT_EQ(waitpid(workers[0], nullptr, WNOHANG), 0) << said(cut, 0);
  }
  kill(workers[1], SIGKILL);
  const auto killed = std::chrono::steady_clock::now();
  EXPECT_EQ(wait_for(workers[1]), -1);
  EXPECT_EQ(wait_for(workers[0]), 1);
  EXPECT_LT(std::chrono::steady_clock::now() - killed, std::chrono::seconds(15));
  EXPECT_THAT(said(cut, 0), HasSubstr("another worker is gone"));
  EXPECT_THAT(said(cut, 0), HasSubstr("--resume"));
  EXPECT_FALSE(fs::exists(cut.out.string() + ".safetensors"));

  slow_ = false;
  cut.resume = true;
  FitSettings three = settings("three");
  fs::copy(folder, three.out.string() + ".checkpoint");
  three.resume = true;
  const auto outcome = fit(cut, {});
  ASSERT_TRUE(outcome) << outcome.error().message;
  run_all(three, 3);
  EXPECT_LT(largest_difference(curve(whole), curve(cut)), 1e-4);
  EXPECT_LT(largest_difference(curve(whole), curve(three)), 1e-4);
}

TEST_F(ManyWorkers, AWorkerThatCannotBeginSaysSoAndNoneWaits) {
  const int port = free_port();
  const FitSettings good = settings("model");
  FitSettings bad = good;
  bad.corpus = folder_ / "absent.pack";
  const pid_t first = begin(good, 0, 2, port);
  const pid_t second = begin(bad, 1, 2, port);
  EXPECT_EQ(wait_for(first), 1);
  EXPECT_EQ(wait_for(second), 1);
  EXPECT_THAT(said(good, 0), HasSubstr("another worker could not begin"));
  EXPECT_THAT(said(good, 1), HasSubstr("absent.pack"));
}

TEST_F(ManyWorkers, OtherSettingsAreNotTrainedTogether) {
  const int port = free_port();
  const FitSettings good = settings("model");
  FitSettings other = good;
  other.rate = 1e-3;
  const pid_t first = begin(good, 0, 2, port);
  const pid_t second = begin(other, 1, 2, port);
  EXPECT_EQ(wait_for(first), 1);
  EXPECT_EQ(wait_for(second), 1);
  EXPECT_THAT(said(good, 1), HasSubstr("other settings than worker 0"));
}

TEST_F(ManyWorkers, WhoeverDoesNotComeIsNotWaitedForInVain) {
  FitSettings s = settings("model");
  s.patience = 1.0;
  const pid_t first = begin(s, 0, 2, free_port());
  EXPECT_EQ(wait_for(first), 1);
  EXPECT_THAT(said(s, 0), HasSubstr("did not meet"));
}

}  // namespace
}  // namespace cantus::train
