// SPDX-License-Identifier: Apache-2.0
// What a parser costs for n and for 4 n of the same input, in processor time: linear is 4, a square is 16.
// Prints the ratios; status 1 where one is far above linear. Input comes from outside and may be of any length.
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "aix/exports.hpp"
#include "aix/mount.hpp"
#include "aix/nfs4cl.hpp"
#include "aix/nfs_server.hpp"
#include "aix/routes.hpp"
#include "aix/src.hpp"

namespace {

namespace aix = hanfs::aix;

constexpr std::size_t short_bytes = std::size_t{1} << 17;
constexpr double worst_ratio = 10;
constexpr double negligible = 0.1;  // seconds: too short to be measured against noise, and nobody waits for it

struct Input {
  std::string head;
  std::string piece;  // repeated up to the length; `#` in it becomes the number of the piece where `numbered` says so
  std::string tail;
  bool numbered = false;
};

std::string text_of(const Input& input, std::size_t bytes) {
  std::string text = input.head;
  for (std::size_t i = 0; text.size() < bytes; ++i) {
    std::string piece = input.piece;
    if (input.numbered) piece.replace(piece.find('#'), 1, std::to_string(i));
    text += piece;
  }
  return text + input.tail;
}

// The shortest of three: what others do to the caches only adds.
double seconds(const std::function<void(const std::string&)>& parse, const std::string& text) {
  double best = 1e9;
  for (int round = 0; round < 3; ++round) {
    const std::clock_t start = std::clock();
    parse(text);
    best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return best;
}

struct Parser {
  const char* name;
  std::function<void(const std::string&)> parse;
  std::vector<Input> inputs;
};

// The same piece behind each head.
void add(std::vector<Input>& inputs, const std::string& head, const std::vector<const char*>& pieces,
         const std::string& tail = "\n") {
  for (const char* piece : pieces) inputs.push_back({head, piece, tail});
}

Parser mounts() {
  const std::string head =
      "  node       mounted        mounted over    vfs       date        options      \n"
      "-------- ---------------  ---------------  ------ ------------ --------------- \n";
  std::vector<Input> inputs = {
      {head, "srv      /export/#        /mnt/x y         nfs4   Nov 07 19:11 ro              \nrubbish\n", "", true},
      {head, " /", " nfs4   Nov 07 19:11 ro\n"}};
  add(inputs, head, {"x", " ", "/", ":", "1", "-", "#", "\n"});
  inputs.push_back({head, std::string(1, '\0'), "\n"});
  return {"mount", [](const std::string& text) { static_cast<void>(aix::parse_mount(text)); }, inputs};
}

Parser showfs() {
  const std::string head =
      "Server      Remote Path          fsid                 Local Path        \n"
      "--------    ---------------      ---------------      ---------------   \n";
  std::vector<Input> inputs = {{head,
                                "10.0.0.1    /install             0:#                  /x                \n"
                                "        Current Server: 10.0.0.1:/install\n"
                                "        Replica Server: 10.0.0.2:/install\noptions : ro,timeo=1\n",
                                "", true}};
  add(inputs, head + "a /r ", {"1:1 ", "1:1 /l "});
  add(inputs, head + "a /r 0:1 /l\noptions : ro,\n", {" x,\n"});
  return {"nfs4cl showfs", [](const std::string& text) { static_cast<void>(aix::parse_showfs(text)); }, inputs};
}

Parser routes() {
  std::vector<Input> inputs;
  for (const char* head :
       {"Routing tables\nDestination        Gateway           Flags   Refs     Use  If   Exp  Groups\n",
        "Routing tables\nDestination        Gateway           Flags     Wt  Policy  If   Cost Config_Cost\n"}) {
    add(inputs, head,
        {"10.1.2.3 10.0.0.1 UG 1 2 en0 3 4\nrubbish with many words - - - - - -\n", "x", " ", "1", "-", "\n"});
  }
  add(inputs, "Destination Gateway Flags If Cost Config_Cost a b c d e f g h i j\n",
      {"a b c d1 e0 f1 1 1 1 1 1 1 1\n"});
  return {"netstat -rn", [](const std::string& text) { static_cast<void>(aix::parse_routes(text)); }, inputs};
}

Parser subsystems() {
  const std::string head = "Subsystem         Group            PID          Status \n";
  std::vector<Input> inputs = {{head, " s#               nfs              1            active\n", "", true}};
  for (const char* start : {"", "a nfs "}) add(inputs, head + start, {"a", "1", " ", "a ", "1 "}, " active\n");
  return {"lssrc", [](const std::string& text) { static_cast<void>(aix::parse_lssrc(text)); }, inputs};
}

Parser exports() {
  std::vector<Input> inputs = {{"", "/a/# -vers=4,replicas=/a@h+g:/b@i,\\\n ro,root=*\n", "", true}};
  const std::vector<const char*> pieces = {"a", "\"", " ",     " \"", "\" ", "#", " #", ",",
                                           "=", "a,", ":/a@h", "+h",  "a:",  "/", "\\", "::"};
  for (const char* head : {"/a", "/a -replicas=", "/a -root=", "\"/a"}) add(inputs, head, pieces);
  add(inputs, "/a -ro,\\\n", {"\\\n"}, "rw\n");
  add(inputs, "", {"\"\\\n", "a\\\n"}, "");
  return {"exports",
          [](const std::string& text) {
            const aix::Exports list = aix::parse_exports(text);
            for (const auto& row : list.rows) {
              static_cast<void>(row.replicas());
              if (!row.means_the_same_as(row)) std::printf("an export differs from itself\n");
            }
          },
          inputs};
}

Parser answers() {
  std::vector<Input> inputs;
  for (const char* head : {"", "#repl:"}) {
    add(inputs, head, {"a", " ", "on ", "on\n", ":", "a.", "a:", "/@h ", "/@h\n", "+a", "#:repl\n", "10.0.0.1\n"}, "");
  }
  std::string columns = "#repl";
  for (int i = 0; i < 1000; ++i) columns += ":repl";
  add(inputs, columns + '\n', {"a:\n"}, "");
  return {"server answers",
          [](const std::string& text) {
            static_cast<void>(aix::parse_getreplicas(text));
            static_cast<void>(aix::parse_nfs_domain(text));
          },
          inputs};
}

std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 24)) out += c >= ' ' && c <= '~' ? c : '?';
  return out;
}

}  // namespace

int main() {
  int missed = 0;
  for (const Parser& parser : {mounts(), showfs(), routes(), subsystems(), exports(), answers()}) {
    double worst = 0;
    for (const Input& input : parser.inputs) {
      const double once = seconds(parser.parse, text_of(input, short_bytes));
      const double four = seconds(parser.parse, text_of(input, 4 * short_bytes));
      if (four < negligible) continue;
      worst = std::max(worst, four / once);
      if (four <= worst_ratio * once) continue;
      ++missed;
      std::printf("MISSED %s, \"%s\" again and again: %.3f s and %.3f s for four times as much\n", parser.name,
                  shown(input.piece).c_str(), once, four);
    }
    std::printf("%-15s %3zu inputs, worst ratio n to 4 n ", parser.name, parser.inputs.size());
    if (worst > 0) {
      std::printf("%.1f\n", worst);
    } else {
      std::printf("not measured, below 0.1 s\n");
    }
  }
  std::printf("wanted at most %.0f: %s\n", worst_ratio, missed == 0 ? "ok" : "MISSED");
  return missed == 0 ? 0 : 1;
}
