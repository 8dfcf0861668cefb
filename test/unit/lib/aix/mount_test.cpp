// SPDX-License-Identifier: Apache-2.0
#include "aix/mount.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "lib/aix/as_text.hpp"
#include "lib/aix/print.hpp"

namespace hanfs::aix {
namespace {

std::string list(const std::string& rows) { return as_text(parse_mount(mount_header() + rows)); }

std::string list_of(const std::vector<Mount>& mounts) {
  std::string all = mount_header();
  for (const auto& mount : mounts) all += print(mount);
  return all;
}

TEST_CASE("uppermost: the last of several mounts at one path") {
  std::vector<Mount> mounts(3);
  mounts[0].path = mounts[2].path = "/st";
  mounts[1].path = "/usr";
  CHECK(uppermost(mounts) == std::map<std::string, const Mount*>{{"/st", &mounts[2]}, {"/usr", &mounts[1]}});
}

TEST_CASE("mount: no header is an error that says what was seen") {
  for (const std::string text : {"", "\n\n", "mount: 0506-324 Cannot mount x\n", "# mount\n", "\x01\x02\xFF"}) {
    CAPTURE(text);
    const auto table = parse_mount(text);
    REQUIRE_FALSE(table);
    CHECK(table.error().what.find("no header") != std::string::npos);
  }
  CHECK(as_text(parse_mount("rubbish\n")).find("line 1: seen \"rubbish\", expected") != std::string::npos);
}

TEST_CASE("mount: a header without rows is an empty list") { CHECK(list("").empty()); }

TEST_CASE("mount: rows") {
  struct Case {
    const char* name;
    const char* rows;
    const char* expected;
  };
  const Case cases[] = {
      {"local row", "         /dev/hd4         /                jfs2   Nov 07 19:11 rw,log=/dev/hd8 \n",
       "|/dev/hd4|/|jfs2|Nov 07 19:11|rw,log=/dev/hd8\n"},
      {"row with a node and no options", "joe      /var/share       /tmp/salam       nfs3   Nov 12 04:40\n",
       "joe|/var/share|/tmp/salam|nfs3|Nov 12 04:40|\n"},
      {"no newline, CR", "joe      /var/share       /tmp/salam       nfs3   Nov 12 04:40 ro \r",
       "joe|/var/share|/tmp/salam|nfs3|Nov 12 04:40|ro\n"},
      {"wide node", "nfsserver0001.example.com /export /data            nfs4   Jan 01 00:00 vers=4,hard,intr \n",
       "nfsserver0001.example.com|/export|/data|nfs4|Jan 01 00:00|vers=4,hard,intr\n"},
      {"IPv6 node", "2001:db8::15 /install         /usr             nfs4   Dec 31 23:59 ro              \n",
       "2001:db8::15|/install|/usr|nfs4|Dec 31 23:59|ro\n"},
      {"autofs", "         -hosts           /net             autofs Nov 07 19:11 nosuid,vers=3,hard,intr\n",
       "|-hosts|/net|autofs|Nov 07 19:11|nosuid,vers=3,hard,intr\n"},
      {"WPAR", "         Global           /proc            namefs Nov 07 19:11 rw              \n",
       "|Global|/proc|namefs|Nov 07 19:11|rw\n"},
      {"stnfs root", "10.0.0.1 /install/nim/shared_root/x /                stnfs  Nov 07 19:11 hard \n",
       "10.0.0.1|/install/nim/shared_root/x|/|stnfs|Nov 07 19:11|hard\n"},
      {"blank padded day", "         /dev/hd4         /                jfs2   Nov  7 19:11 rw \n",
       "|/dev/hd4|/|jfs2|Nov  7 19:11|rw\n"},
      {"long vfs", "         /dev/x           /y               longvfsname Nov 07 19:11 rw \n",
       "|/dev/x|/y|longvfsname|Nov 07 19:11|rw\n"},
      {"other column widths", "  srv   /a      /b  nfs4    Nov 07 19:11   ro\nsrv\t/a\t/b\tnfs4\tNov 07 19:11\tro\n",
       "srv|/a|/b|nfs4|Nov 07 19:11|ro\nsrv|/a|/b|nfs4|Nov 07 19:11|ro\n"},
      {"blank in the mount point", "srv      /export          /mnt/my data     nfs4   Nov 07 19:11 ro              \n",
       "srv|/export|/mnt/my data|nfs4|Nov 07 19:11|ro\n"},
      {"a date in the mount point",
       "srv      /export          /mnt/x jfs2 Nov 07 19:11 nfs4   Nov 07 19:12 ro              \n",
       "srv|/export|/mnt/x jfs2 Nov 07 19:11|nfs4|Nov 07 19:12|ro\n"},
      {"a newline in the mount point", "srv      /export          /mnt/two\nlines   nfs4   Nov 07 19:11 ro      \n",
       "srv|/export|/mnt/two\nlines|nfs4|Nov 07 19:11|ro\n"},
      {"prompts and a second list are no rows",
       "# mount /x\n$ \n#\nroot@cn017:/# mount\n(0) root @ cn017: / # mount\n"
       "  node       mounted        mounted over    vfs       date        options\n"
       "-------- ---------------  ---------------  ------ ------------ ---------------\n"
       "         /dev/hd4         /                jfs2   Nov 07 19:11 rw\n#",
       "|/dev/hd4|/|jfs2|Nov 07 19:11|rw\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(list(c.rows) == c.expected);
  }
}

TEST_CASE("mount: what can not be read is a problem and costs no other row") {
  const std::string good = "         /dev/hd4         /                jfs2   Nov 07 19:11 rw\n";
  const std::string read = "|/dev/hd4|/|jfs2|Nov 07 19:11|rw\n|/dev/hd4|/|jfs2|Nov 07 19:11|rw\n";
  const char* const two_rows =  // the newline between them lost
      "         /dev/hd4         /                jfs2   Nov 07 19:11 rw              "
      "         /dev/hd2         /usr             jfs2   Nov 07 19:11 rw              ";
  const char* const bad[] = {
      "...",                                                                // left out by a person
      "%$!@~^",                                                             // rubbish
      "srv      /export          /mnt             nfs4   Nov 07",           // cut off
      "srv      /export          nfs4   Nov 07 19:11 ro",                   // no mount point
      "srv      /export          /mnt             nfs4   07 nov 19:11 ro",  // another locale
      "srv      /export          /mnt             nfs4   Nov 07 25:11 ro",  // no such hour
      "srv      /export          /mnt             nfs4   Nov 32 19:11 ro",  // no such day
      "srv      /export          /mnt             nfs4   Nov 07 24:00 ro",
      "srv      /export          /mnt             nfs4   Nov 07 19:60 ro",
      "srv      /export          /mnt             nfs4   Nov 07 9:11 ro",
      "srv      /export          /mnt             nfs4   Nov 00 19:11 ro",
      "srv      /export          /mnt             nfs4   Nov 007 19:11 ro",
      "srv      /export          /mnt             nfs4   Nof 07 19:11 ro",  // no such month
      "srv      /export          /mnt             nfs4xNov 07 19:11 ro",
      "srv      /export          /mnt             4nfs   Nov 07 19:11 ro",  // no name of a type
      "srv      /export          mnt              nfs4   Nov 07 19:11 ro",  // no path
      "         /dev/hd4         /                Nov 07 19:11 rw",         // no type
      "Nov 07 19:11",                                                       // nothing but a date
      "srv /a b /c nfs4 Nov 07 19:11 ro",                                   // blanks, columns moved
      "srv      /aaaaaaaaaaaaaaaaa /bbbbbbbbbbbbbbbbb /cccccccccccccccccc nfs4   Nov 07 19:11 ro",  // two borders
      "         /dev/hd4         /                jfs2   Nov 07 19:11 rw         /dev/hd2  /usr jfs2 Nov 07 19:11 rw",
      two_rows,
  };
  for (const std::string row : bad) {
    CAPTURE(row);
    CHECK(list(good + row + "\n" + good) ==
          read + "! 4 " + row.substr(0, 120) + (row.size() > 120 ? "..." : "") + "\n");
  }
  CHECK(list(std::string("\0\x01\xFF", 3)) == "! 3 \\x00\\x01\\xFF\n");
  const auto table = parse_mount(mount_header() + std::string("...\n"));
  REQUIRE(table);
  CHECK(to_string(table->problems.at(0)) ==
        "line 3: seen \"...\", expected a row \"node mounted mounted-over vfs Mon dd hh:mm options\"");
}

TEST_CASE("mount: a line that was cut off does not swallow the row below it") {
  const std::string cut = "srv      /export/a        /mnt/b           nfs4\n";
  CHECK(list(cut + "srv      /export/c        /mnt/c           nfs4   Nov 07 19:11 ro\n") ==
        "srv|/export/c|/mnt/c|nfs4|Nov 07 19:11|ro\n! 3 srv      /export/a        /mnt/b           nfs4\n");
  CHECK(list(cut + "b /mnt/c nfs4 Nov 07 19:11 ro\n") ==
        "! 3 srv      /export/a        /mnt/b           nfs4\n! 4 b /mnt/c nfs4 Nov 07 19:11 ro\n");
}

TEST_CASE("mount: a header before the rows") {
  CHECK(as_text(parse_mount("stray\n# mount\n" + std::string(mount_header()))) == "! 1 stray\n");
}

TEST_CASE("mount: round trip of every odd name") {
  const std::string long_name = "/" + std::string(1000, 'x');
  const std::string paths[] = {"/",
                               "/usr",
                               "/mnt/a b",
                               "/mnt/a  b",
                               "/mnt/'q\"\"",
                               "/mnt/$(reboot)",
                               "/mnt/`x`;rm -rf *",
                               "/mnt/\xC3\xA4\xE2\x82\xAC",
                               "/mnt/a\tb",
                               "/mnt/a\nb",
                               "/mnt/bad\xFF\xFE",
                               "/mnt/nbsp\xC2\xA0x",
                               "/mnt/#",
                               "/mnt/ # x",
                               "/mnt/16characters",
                               "/mnt/seventeen chars",
                               "/mnt/very long with blanks in it",
                               long_name,
                               long_name + " x",
                               "/mnt/Nov 07 19:11",
                               "/mnt/x nfs4 Nov 07 19:11 ro"};
  const std::string nodes[] = {"", "srv", "10.11.12.13", "2001:db8:1:2:3:4:5:6", "eightchr", "a.very.long.host.name"};
  const std::string options[] = {"", "ro", "vers=4,hard,intr,timeo=1,retrans=3,sec=sys:krb5"};
  int unclear = 0;
  for (const auto& node : nodes) {
    for (const auto& device : paths) {
      for (const auto& path : paths) {
        const Mount mount{node, device, path, "nfs4", "Nov 07 19:11", options[path.size() % 3]};
        const std::string text = list_of({mount});
        const auto table = parse_mount(text);
        REQUIRE(table);
        CAPTURE(text);
        // Never a wrong row: the row, or problems.
        if (!table->mounts.empty()) {
          REQUIRE(table->mounts.size() == 1);
          CHECK(table->mounts[0] == mount);
          CHECK(table->problems.empty());
        } else {
          CHECK_FALSE(table->problems.empty());
          ++unclear;
        }
      }
    }
  }
  MESSAGE("round trips with an unclear border: ", unclear, " of ", 6 * 21 * 21);
  CHECK(unclear < 6 * 21 * 21 / 10);
}

TEST_CASE("/etc/filesystems: the mount points of its stanzas, and nothing else") {
  using Paths = std::vector<std::string>;
  CHECK(parse_filesystems("").empty());
  // From nfs/etc-filesystems-nfs-stanza of the transcripts, and between what else stands in such a file.
  CHECK(parse_filesystems("* comment /x:\n\n/:\n\tdev\t= /dev/hd4\n\n/NEWAPP:\n        dev             = \"/NEWAPP\"\n"
                          "        vfs             = nfs\n        nodename        = examplesap003_gb\n"
                          "        options         = bg,soft,intr,sec=sys\n/install/nim: \r\n  dev = /dev/fs:\n"
                          "  /indented:\n/no colon\ndefault:\n") == Paths{"/", "/NEWAPP", "/install/nim"});
}

TEST_CASE("mount: many rows") {
  std::string all = mount_header();
  for (int i = 0; i < 10000; ++i) {
    all +=
        print({"srv", "/export/" + std::to_string(i), "/mnt/x y " + std::to_string(i), "nfs4", "Nov 07 19:11", "ro"});
    if (i % 10 == 0) all += "rubbish\n";
  }
  CHECK(parse_mount(all)->mounts.size() == 10000);
}

}  // namespace
}  // namespace hanfs::aix
