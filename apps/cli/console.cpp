#include "apps/cli/console.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace cantus::cli {
namespace {

std::atomic<bool> stop = false;

void on_interrupt(int) {
  if (stop.exchange(true)) std::_Exit(kInterrupted);
}

bool on_terminal() {
  return ::isatty(STDERR_FILENO) != 0;
}

bool coloured() {
  const char* no_color = std::getenv("NO_COLOR");
  return on_terminal() && (no_color == nullptr || *no_color == '\0');
}

void print(const char* label, const char* colour, const std::string& line) {
  if (coloured()) {
    std::fprintf(stderr, "%s%s\033[0m%s\n", colour, label, line.c_str());
  } else {
    std::fprintf(stderr, "%s%s\n", label, line.c_str());
  }
}

}  // namespace

void Console::say(const std::string& line) const {
  if (!quiet) std::fprintf(stderr, "%s\n", line.c_str());
}

void Console::detail(const std::string& line) const {
  if (verbose) std::fprintf(stderr, "%s\n", line.c_str());
}

void Console::warn(const std::string& line) const {
  if (!quiet) print("warning: ", "\033[33m", line);
}

void Console::progress(const std::string& line) const {
  if (!quiet && on_terminal()) std::fprintf(stderr, "\r\033[K%s", line.c_str());
}

void Console::end_progress() const {
  if (!quiet && on_terminal()) std::fprintf(stderr, "\r\033[K");
}

int Console::failed(const Error& error) const {
  end_progress();
  if (error.code == ErrorCode::interrupted) {
    std::fprintf(stderr, "cantus: interrupted; nothing was left half-written\n");
    return kInterrupted;
  }
  print("cantus: ", "\033[31m", error.message);
  return kFailed;
}

int Console::usage(const Error& error) const {
  print("cantus: ", "\033[31m", error.message);
  return kUsage;
}

int Console::ended(int status) const {
  const bool told = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (told || status != kDone) return status;
  return failed(
      {ErrorCode::io, "standard output: cannot write; is the disk full or the pipe closed?"});
}

const std::atomic<bool>& stop_flag() {
  return stop;
}

void listen_for_interrupts() {
  struct sigaction action = {};
  action.sa_handler = on_interrupt;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is a write error, told as one
}

}  // namespace cantus::cli
