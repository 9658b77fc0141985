#include "base/files.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cantus {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> fail_errno(const fs::path& path, const char* doing) {
  const int code = errno;
  return fail(code == ENOENT ? ErrorCode::not_found : ErrorCode::io,
              path.string() + ": cannot " + doing + ": " + std::strerror(code));
}

fs::path temporary_beside(const fs::path& path) {
  fs::path name = path.stem();
  name += "." + std::to_string(::getpid()) + ".part";
  name += path.extension();
  return path.parent_path() / ("." + name.string());
}

/// Where a chain of links leads, so that a link stays a link.
fs::path followed(fs::path path) {
  std::error_code error;
  for (int i = 0; i < 40 && fs::is_symlink(path, error); ++i) {
    path = path.parent_path() / fs::read_symlink(path, error);  // an absolute one replaces
  }
  return path;
}

/// The permissions of the file that is about to be replaced are kept.
void keep_permissions(const fs::path& from, const fs::path& to) {
  std::error_code error;
  const fs::file_status status = fs::status(from, error);
  if (fs::is_regular_file(status)) fs::permissions(to, status.permissions(), error);
}

bool sync(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool synced = ::fsync(fd) == 0 || errno == EINVAL;  // a pipe or some folders cannot sync
  ::close(fd);
  return synced;
}

}  // namespace

Result<std::string> read_file(const fs::path& path, std::uintmax_t limit) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    return fail(ErrorCode::invalid_input, path.string() + ": is a folder, not a file");
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail_errno(path, "open");
  std::string bytes;
  char buffer[1 << 16];
  while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
    bytes.append(buffer, static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > limit) {
      return fail(ErrorCode::invalid_input,
                  path.string() + ": is over " + std::to_string(limit >> 20U) + " MiB");
    }
  }
  if (in.bad()) return fail_errno(path, "read");
  return bytes;
}

Result<void> write_file_through(const fs::path& named,
                                const std::function<Result<void>(const fs::path&)>& write) {
  std::error_code error;
  const fs::path path = followed(named);
  if (fs::is_directory(path, error)) {
    return fail(ErrorCode::io, path.string() + ": is a folder; give a file name");
  }
  if (path.has_parent_path() && !fs::is_directory(path.parent_path(), error)) {
    fs::create_directories(path.parent_path(), error);
    if (error) {
      return fail(ErrorCode::io, path.string() + ": cannot make the folder: " + error.message());
    }
  }
  if (fs::exists(path, error) && !fs::is_regular_file(path, error)) return write(path);  // /dev/...
  const fs::path temporary = temporary_beside(path);
  Result<void> written = write(temporary);
  if (written && !sync(temporary)) written = fail_errno(path, "sync");
  if (written) keep_permissions(path, temporary);
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0) {
    written = fail_errno(path, "replace");
  }
  if (!written) fs::remove(temporary, error);
  return written;
}

Result<void> write_file(const fs::path& path, std::string_view bytes) {
  return write_file_through(path, [&](const fs::path& temporary) -> Result<void> {
    errno = 0;
    std::ofstream out(temporary, std::ios::binary);
    if (!out) return fail_errno(path, "create");
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.flush();
    if (!out) return fail_errno(path, "write");
    return {};
  });
}

Result<MappedFile> MappedFile::open(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail_errno(path, "open");
  struct stat status = {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(fd);
    return fail(ErrorCode::invalid_input, path.string() + ": is not a plain file");
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) {
    ::close(fd);
    return MappedFile(nullptr, 0);
  }
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  ::close(fd);
  if (data == MAP_FAILED) return fail_errno(path, "map");
  return MappedFile(static_cast<const std::byte*>(data), size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  // munmap takes a mutable pointer; the mapping is read-only.
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

}  // namespace cantus
