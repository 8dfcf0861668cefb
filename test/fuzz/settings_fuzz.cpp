// SPDX-License-Identifier: Apache-2.0
// hanfs.conf. Properties: an error is one line that names the file and a line of it; domains are the same when they are
// written and read again; every value that was taken is one that is taken again.
#include "config/domains.hpp"
#include "config/layers.hpp"
#include "config/lines.hpp"
#include "fuzz.hpp"

namespace {

namespace config = hanfs::config;
namespace fuzz = hanfs::aix::fuzz;

void check_error(const std::string& what, std::size_t lines) {
  fuzz::require(what.rfind("f.conf:", 0) == 0, "an error names the file");
  const std::size_t line = std::strtoul(what.c_str() + 7, nullptr, 10);
  fuzz::require(line > 0 && line <= lines, "an error names a line that exists");
  for (const char c : what) fuzz::require(static_cast<unsigned char>(c) >= 0x20, "an error can be shown on a line");
}

void check_domains(std::string_view text, std::size_t lines) {
  const auto domains = config::read_domains(text, "f.conf");
  if (!domains) return check_error(domains.error().what, lines);
  for (config::Domain domain : *domains) {
    const auto again = config::read_domains(config::to_text(domain), "f.conf");
    fuzz::require(again && again->size() == 1, "a domain that was read can be read again");
    domain.line = again->front().line;
    fuzz::require(domain == again->front(), "and is the same");
  }
}

void check_tool(std::string_view text, std::size_t lines, const char* tool, config::Program program) {
  const auto options = config::options_of(program);
  const auto values = config::read_settings(text, "f.conf", tool, options, {});
  if (!values) return check_error(values.error().what, lines);
  for (const config::Option& option : options)
    fuzz::require(static_cast<bool>(config::check_words(option, values->list(option.name), {})),
                  "a value that was taken");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::size_t lines = config::lines_of(text).size();
  check_domains(text, lines);
  check_tool(text, lines, "setupnfsv4replication", config::node);
  check_tool(text, lines, "setuphanfs", config::server);
  check_tool(text, lines, "makehanfs", config::cluster);
  return 0;
}
