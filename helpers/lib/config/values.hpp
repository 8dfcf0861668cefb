// SPDX-License-Identifier: Apache-2.0
// What was said, by the names of options.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/option.hpp"
#include "result.hpp"

namespace hanfs::config {

class Values {
 public:
  // What was said before of this option is forgotten. `place`: of a settings file or the environment, for errors.
  void set(std::string_view name, std::vector<std::string> words, std::string place = "");
  // Those of `stronger` win.
  void overwrite(const Values& stronger);

  // Empty, 0 or false where nothing was said. Of several words the last one counts, but for list().
  const std::vector<std::string>& list(std::string_view name) const;
  std::string word(std::string_view name) const;
  long number(std::string_view name) const;
  bool truth(std::string_view name) const;
  // For an error: "--timeo", and before it where that was said: "/etc/hanfs.conf:3: --timeo".
  std::string said_as(std::string_view name) const;

 private:
  struct Said {
    std::vector<std::string> words;
    std::string place;
  };
  std::map<std::string, Said, std::less<>> said_;
};

// What a program wants of a word besides its type, by the option's name: empty, or what is wrong.
using Check = std::function<std::string(const std::string& word)>;
using Checks = std::map<std::string, Check, std::less<>>;

Values defaults(const std::vector<Option>& options);

// "--timeo: ..." where one of the words is not what the option takes.
Status check_words(const Option& option, const std::vector<std::string>& words, const Checks& checks);

// "/usr=5": the mount point may hold '=' itself, the number never does. The word has passed check_words.
std::pair<std::string, long> path_and_number(const std::string& word);

}  // namespace hanfs::config
