// SPDX-License-Identifier: Apache-2.0
// All options of the four programs as data. The command line, --help, hanfs.conf and the environment are read by this
// one table; README, conf/hanfs.conf and the manual pages are compared with it (test/structure).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hanfs::config {

// Whose an option is: a sum of these. setupnfsv4replication, setuphanfs, makehanfs, checkhanfs.
enum Program : unsigned { node = 1, server = 2, cluster = 4, check = 8 };

enum class Group {
  operand,  // a word without a name
  general,  // --help and --version
  mode,     // what this run is to do: command line only
  setting,  // also in hanfs.conf and in the environment
};

enum class Type {
  truth,
  number,
  word,
  choice,   // one of the words in `value`
  words,    // a list
  numbers,  // a list of PATH=N, a number for each path
};

struct Option {
  Group group;
  unsigned programs;
  std::string_view name;  // as after "--" on the command line; hanfs.conf has '_' for '-'
  Type type;
  std::string_view value;            // what the help calls the value; of a choice all words, with '|' between them
  std::string_view help;             // one line; {} stands for the default
  std::string_view unit{};           // of a setting; truths and choices need none
  std::string_view default_value{};  // the default; empty: not set
  long least = 0;                    // the range of a number, and of N in PATH=N
  long most = 0;
};

// Those of one program, in the order of its help.
std::vector<Option> options_of(Program program);
// nullptr: there is none of this name.
const Option* find_option(const std::vector<Option>& options, std::string_view name);

// The default of a setting that the table has; where programs differ, that of setupnfsv4replication.
std::string default_word(std::string_view name);
long default_number(std::string_view name);

// What --help prints. `does`: its first line.
std::string help_text(const std::vector<Option>& options, const std::string& program, const std::string& does);

}  // namespace hanfs::config
