// SPDX-License-Identifier: Apache-2.0
// What every program does around its run.
#pragma once

#include <string>

#include "app/options.hpp"
#include "app/report.hpp"
#include "app/self_test.hpp"
#include "app/system.hpp"
#include "config/layers.hpp"
#include "result.hpp"

namespace hanfs::app {

// The parts in which programs differ. `Options` is a program's own (see app/options.hpp).
template <class Options>
struct ProgramParts {
  Result<CommandLine<Options>> (*read_options)(System& system, int argc, const char* const* argv) = nullptr;
  report::Verdict (*verdict_of)(const std::string& node, const std::string& status) = nullptr;
  std::string (*json_of)(const Report& report) = nullptr;  // of a run that was refused
  int (*run)(System& system, const Options& options) = nullptr;
};

// The exit status.
template <class Options>
int run_program(const ProgramParts<Options>& program, System& system, int argc, const char* const* argv) {
  const Result<CommandLine<Options>> command_line = program.read_options(system, argc, argv);
  if (!command_line) {
    Report report;
    report.verdict = program.verdict_of(system.node_name(), "refused");
    const int exit_status = refuse(system, report, command_line.error(), config::asks_for_json(argc, argv),
                                   [&] { return program.json_of(report); });
    if (!config::only_looks(argc, argv)) log_refusal(system, report);
    return exit_status;
  }
  if (!command_line->print.empty()) {
    return print_output(system, program.verdict_of("", "").tool, command_line->print) ? report::exit_ok
                                                                                      : report::exit_not_as_wanted;
  }
  system.prepare();
  if (command_line->options.self_test) return self_test(system, program.verdict_of("", "").tool);
  return program.run(system, command_line->options);
}

}  // namespace hanfs::app
