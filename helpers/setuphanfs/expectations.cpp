// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/expectations.hpp"

#include <algorithm>

#include "aix/commands.hpp"
#include "setuphanfs/export_rules.hpp"
#include "text/words.hpp"

namespace hanfs::server {
namespace {

using aix::ReplicationMode;
using plan::ExportRows;
using plan::Kind;

bool is_exported(const ObservedState& observed, const std::string& directory, const ExportRows& expected) {
  const Rows rows = aix::parse_exports(expected.rows).rows;
  const Rows here = rows_of(observed.exported, directory);
  if (expected.match == ExportRows::Match::all && rows.empty())  // another spelling is withdrawn by its own step
    return std::none_of(here.begin(), here.end(), [&](const aix::Export& row) { return row.directory == directory; });
  if (expected.match == ExportRows::Match::all) return same_rows(here, rows);
  if (expected.match == ExportRows::Match::one)
    return std::any_of(here.begin(), here.end(),
                       [&](const aix::Export& row) { return row.means_the_same_as(rows.front()); });
  const bool is_served = here.size() == 1 && serves(here.front(), rows.front());
  if (expected.match == ExportRows::Match::served_now) return is_served;
  const Rows lines = rows_of(observed.listed, directory);
  return is_served &&
         std::any_of(lines.begin(), lines.end(), [&](const aix::Export& row) { return serves(row, rows.front()); });
}

// A mode that cannot be observed is proved by the kernel taking the replicas.
bool is_set(const ObservedState& observed, const plan::ServerMode& expected) {
  const ReplicationMode opposite = expected.replication ? ReplicationMode::off : ReplicationMode::on;
  return observed.mode != opposite &&
         std::all_of(expected.daemons.begin(), expected.daemons.end(),
                     [&](const std::string& daemon) { return observed.daemons.is_active(daemon); });
}

}  // namespace

std::vector<plan::Argv> commands_for(const plan::Expectation& expectation) {
  if (const auto* mode = std::get_if<plan::ServerMode>(&expectation.value)) {
    if (mode->daemons.empty()) return {aix::show_replication()};
    return {aix::show_replication(), aix::list_nfs_subsystems()};
  }
  if (expectation.resource.kind == Kind::daemon) return {aix::list_nfs_subsystems()};
  if (expectation.resource.kind == Kind::domain) return {aix::show_nfs_domain()};
  return {aix::list_exports()};
}

bool can_be_judged(const ObservedState& observed, const plan::Expectation& expectation) {
  if (expectation.resource.kind == Kind::domain) return true;  // what is unobserved there is an unknown domain
  if (expectation.resource.kind == Kind::daemon) return !is_unobserved(observed, "lssrc");
  if (const auto* mode = std::get_if<plan::ServerMode>(&expectation.value))
    return mode->daemons.empty() || !is_unobserved(observed, "lssrc");
  const auto* rows = std::get_if<ExportRows>(&expectation.value);
  const bool needs_file = rows != nullptr && rows->match == ExportRows::Match::served;
  return !is_unobserved(observed, "exportfs") && !(needs_file && is_unobserved(observed, exports_file));
}

bool is_satisfied(const ObservedState& observed, const plan::Expectation& expectation) {
  if (!can_be_judged(observed, expectation)) return false;
  const std::string& name = expectation.resource.name;
  if (const auto* rows = std::get_if<ExportRows>(&expectation.value)) return is_exported(observed, name, *rows);
  if (const auto* mode = std::get_if<plan::ServerMode>(&expectation.value)) return is_set(observed, *mode);
  if (expectation.resource.kind == Kind::domain)
    return observed.domain && text::lower(*observed.domain) == text::lower(name);
  const aix::Subsystem* daemon = observed.daemons.find(name);
  const auto* status = std::get_if<std::string>(&expectation.value);
  return daemon != nullptr && status != nullptr && daemon->status == *status;
}

}  // namespace hanfs::server
