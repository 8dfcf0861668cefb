// SPDX-License-Identifier: Apache-2.0
#include "in_process/serve.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace hanfs::test {
namespace {

struct Request {
  std::vector<std::string> words;  // arguments, then variables
  std::size_t arguments = 0;
};

// False: the end, or what is no request.
bool read_request(std::FILE* from, Request& request) {
  std::size_t variables = 0, bytes = 0;
  if (std::fscanf(from, "%zu %zu %zu", &request.arguments, &variables, &bytes) != 3 || request.arguments == 0 ||
      std::fgetc(from) != '\n')
    return false;
  std::string text(bytes, '\0');
  if (std::fread(text.data(), 1, bytes, from) != bytes) return false;
  request.words.clear();
  for (std::size_t at = 0; at < bytes; at = text.find('\0', at) + 1)
    request.words.emplace_back(text, at, text.find('\0', at) - at);
  return request.words.size() == request.arguments + variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& words, std::size_t first, std::size_t end) {
  std::vector<char*> pointers;
  for (; first < end; ++first) pointers.push_back(words[first].data());
  pointers.push_back(nullptr);
  return pointers;
}

// A descriptor of the program, which writes to memory.
class Output {
 public:
  explicit Output(int descriptor) : file_(::memfd_create("output", MFD_CLOEXEC)) { ::dup2(file_, descriptor); }
  ~Output() { ::close(file_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // What was written since the last time.
  std::string taken() const {
    std::string text(static_cast<std::size_t>(::lseek(file_, 0, SEEK_END)), '\0');
    const ssize_t got = ::pread(file_, text.data(), text.size(), 0);
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    if (::ftruncate(file_, 0) != 0 || ::lseek(file_, 0, SEEK_SET) != 0) std::abort();
    return text;
  }

 private:
  int file_;
};

// The descriptor is moved away from where programs look for it.
std::FILE* moved(int descriptor, const char* mode) { return ::fdopen(::fcntl(descriptor, F_DUPFD_CLOEXEC, 10), mode); }

}  // namespace

int serve(int (*start)(int argc, char** argv)) {
  std::FILE* const requests = moved(STDIN_FILENO, "r");
  std::FILE* const answers = moved(STDOUT_FILENO, "w");
  if (requests == nullptr || answers == nullptr || std::freopen("/dev/null", "r", stdin) == nullptr) return 1;
  const Output out(STDOUT_FILENO), err(STDERR_FILENO);
  Request request;
  while (read_request(requests, request)) {
    std::vector<char*> variables = pointers_to(request.words, request.arguments, request.words.size());
    std::vector<char*> arguments = pointers_to(request.words, 0, request.arguments);
    char** const own = std::exchange(::environ, variables.data());
    const int status = start(static_cast<int>(request.arguments), arguments.data());
    ::environ = own;
    std::cout.flush();
    std::fflush(nullptr);
    const std::string said = out.taken(), complained = err.taken();
    std::fprintf(answers, "%d %zu %zu\n", status, said.size(), complained.size());
    std::fwrite(said.data(), 1, said.size(), answers);
    std::fwrite(complained.data(), 1, complained.size(), answers);
    std::fflush(answers);
  }
  return std::feof(requests) ? 0 : 1;
}

}  // namespace hanfs::test
