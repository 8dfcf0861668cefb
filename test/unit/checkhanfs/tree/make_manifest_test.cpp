// SPDX-License-Identifier: Apache-2.0
// Where a manifest goes, and what is left of one that was not made to its end.
#include "checkhanfs/tree/make_manifest.hpp"

#include <doctest/doctest.h>

#include "unit/checkhanfs/example_trees.hpp"

namespace hanfs::tree {
namespace {

namespace fs = boost::filesystem;
using check::SecondsClock;
using check::Trees;

struct Making {
  Making() {
    trees.write("top/a", "abc");
    order.header.root = "/top";
    order.root = trees.at("top");
    order.output = trees.at("m");
    order.temporary_folder = trees.folder.string();
    order.clock = &clock;
  }
  // What lies beside the tree, and how long each is.
  std::string beside() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(trees.folder))
      if (entry.path().filename() != "top") names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
    return text;
  }
  std::string error() const {
    const auto made = make_manifest(order);
    return made ? "" : made.error().what;
  }

  Trees trees;
  SecondsClock clock;
  ManifestOrder order;
};

}  // namespace

TEST_CASE("a manifest is named after its tree, and no two trees have the same name") {
  const auto name = [](const std::string& root) { return default_manifest("/var/hanfs", root); };
  CHECK(name("/") == "/var/hanfs/tree.manifest");
  CHECK(name("/install") == "/var/hanfs/tree_install.manifest");
  CHECK(name("/a.b-c/Z09_\xC3 x") == "/var/hanfs/tree_a.b-c_Z09%5F%C3%20x.manifest");
  // A name of more than 255 bytes could not be made.
  const std::string fits = "/" + std::string(195, 'x');
  const std::string front = "/var/hanfs/tree_";
  CHECK(name(fits) == front + fits.substr(1) + ".manifest");
  const std::string longer = name(fits + "y");
  CHECK(longer.size() == name(fits).size());
  CHECK(longer.find(front + std::string(162, 'x') + "-") == 0);
  CHECK(longer != name(fits + "z"));
}

TEST_CASE("a manifest and its local file are whole, or as they were") {
  Making making;
  CHECK(making.error().empty());
  CHECK(making.beside() == "m m.local");
  const std::string manifest = making.trees.read("m");
  CHECK(manifest.find("#root /top\n") != std::string::npos);
  const auto ending = parse_ending(manifest.substr(manifest.find("#end"), manifest.size() - manifest.find("#end") - 1));
  REQUIRE(ending);
  CHECK(ending->entries == 2);
  CHECK(ending->bytes == 3);
  const std::string local = making.trees.read("m.local");
  CHECK(local == "#hanfs-tree-local 1\n-\n-\n#of " + ending->checksum + "\n");
  // None of these touches them.
  making.trees.write("top/b", "");
  making.order.root = making.trees.at("none");
  CHECK(making.error().find("cannot open: No such file or directory") != std::string::npos);
  CHECK(making.beside() == "m m.local");
  making.order.root = making.trees.at("top");
  making.trees.write("m.local.partial/in the way", "");
  CHECK(making.error().find("m.local.partial: cannot create: ") != std::string::npos);
  CHECK(making.beside() == "m m.local m.local.partial");
  fs::remove_all(making.trees.at("m.local.partial"));
  fs::remove(making.trees.at("m.local"));
  making.trees.write("m.local/in the way", "");
  CHECK(making.error().find("m.local: cannot replace: ") != std::string::npos);
  CHECK(making.beside() == "m m.local");
  CHECK(making.trees.read("m") == manifest);
  making.order.output = making.trees.at("none/m");
  CHECK(making.error().find("m.partial: cannot create: ") != std::string::npos);
}

TEST_CASE("a temporary manifest has no name, and no local file") {
  Making making;
  making.order.output = "";
  const auto made = make_manifest(making.order);
  REQUIRE(made);
  CHECK(making.beside().empty());
  CHECK(made->file);
  CHECK(::lseek(made->file.get(), 0, SEEK_END) > 200);
  CHECK(made->ending.entries == 2);
  making.order.interrupted = [] { return true; };
  CHECK(make_manifest(making.order)->walk.interrupted);
  CHECK(making.beside().empty());
  making.order.temporary_folder = making.trees.at("none");
  CHECK(making.error().find("cannot create") != std::string::npos);
}

TEST_CASE("what was read before a run was stopped is on the disk, also before it ends") {
  Making making;
  std::string while_at_work;
  making.order.on_progress = [&](const WalkProgress&) {
    while_at_work = making.trees.read("m.partial") + making.trees.read("m.local.partial");
  };
  making.order.interrupted = [&] { return true; };
  const auto made = make_manifest(making.order);
  REQUIRE(made);
  CHECK(made->walk.interrupted);
  CHECK_FALSE(made->file);
  CHECK(while_at_work.find("#columns ") != std::string::npos);
  CHECK(while_at_work.find("#hanfs-tree-local 1\n") != std::string::npos);
  CHECK(making.beside() == "m.local.partial m.partial");
  CHECK(making.trees.read("m.partial").find("#end") == std::string::npos);
}

TEST_CASE("of what stopped runs left, the longer one is taken, and in the end none stays") {
  Making making;
  const std::string output = making.order.output;
  const Leftovers leftovers(output);
  CHECK_FALSE(leftovers.take(output));
  making.trees.write("m.partial", "long");
  CHECK_FALSE(leftovers.take(output));  // nothing is known without the local file
  CHECK(making.beside() == "m.partial");
  making.trees.write("m.local.partial", "local");
  CHECK(leftovers.take(output));
  CHECK(making.beside() == "m.local.resume m.resume");
  CHECK(leftovers.take(output));
  making.trees.write("m.local.partial", "other");
  for (const char* not_longer : {"lon", "LONG"}) {
    making.trees.write("m.partial", not_longer);
    CHECK(leftovers.take(output));
    CHECK(making.trees.read("m.resume") == "long");
    CHECK(making.trees.read("m.local.resume") == "local");
  }
  making.trees.write("m.partial", "longer");
  CHECK(leftovers.take(output));
  CHECK(making.trees.read("m.resume") == "longer");
  CHECK(making.trees.read("m.local.resume") == "other");
  leftovers.remove();
  CHECK(making.beside().empty());
  making.trees.write("m.resume", "");
  making.trees.write("m.local.resume", "x");
  CHECK_FALSE(leftovers.take(output));
  making.trees.write("m.resume", "x");
  making.trees.write("m.local.resume", "");
  CHECK_FALSE(leftovers.take(output));
}

}  // namespace hanfs::tree
