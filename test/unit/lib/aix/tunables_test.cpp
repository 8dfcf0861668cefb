// SPDX-License-Identifier: Apache-2.0
#include "aix/tunables.hpp"

#include <doctest/doctest.h>

#include <string>

#include "lib/aix/as_text.hpp"

namespace hanfs::aix {
namespace {

TEST_CASE("tunables: -x") {
  CHECK(as_text(parse_tunables_x("")).empty());
  CHECK(as_text(parse_tunables_x("# no -x\n"
                                 "dgd_ping_time,5,5,5,1,2147483647,second,D\r\n"
                                 "arptab_nb,149,73,149,1,32767,bucket,R,arptab_bsiz,x\n"
                                 "delayackports,{23,80},{},{},n/a,,ports,D\n"
                                 "passive_dgd, 0 ,0,NONE,0,1,boolean,D\n"
                                 "\n##Restricted tunables\n"
                                 "ndd_event_name,{all},{all},{all},0,128,string,I\n#")) ==
        "dgd_ping_time|5|5|5|1|2147483647|second|D\n"
        "arptab_nb|149|73|149|1|32767|bucket|R\n"
        "delayackports|{23,80}|{}|{}|n/a||ports|D\n"
        "passive_dgd|0|0|NONE|0|1|boolean|D\n"
        "ndd_event_name|{all}|{all}|{all}|0|128|string|I\n");
  CHECK(as_text(parse_tunables_x(
            "no: 1485-110 Invalid tunable name x\na,1,1,1,0,1,u\n,1,1,1,0,1,u,D\nb,{1,2,3,4,5,6,7,8\n")) ==
        "b|{1|2|3|4|5|6|7\n! 1 no: 1485-110 Invalid tunable name x\n! 2 a,1,1,1,0,1,u\n! 3 ,1,1,1,0,1,u,D\n");
}

TEST_CASE("tunables: -o and -a") {
  CHECK(as_text(parse_tunables_o("# no -a\n"
                                 "                 arpqsize = 1024\n"
                                 "ie5_old_multicast_mapping = 0\n"
                                 "            delayackports = {}\n"
                                 "     net_malloc_frag_mask = {512:2048}\n"
                                 "passive_dgd=NONE\r\n"
                                 "empty =\n"
                                 "##Restricted tunables\n"
                                 "x = a = b c \n#")) ==
        "arpqsize|1024\nie5_old_multicast_mapping|0\ndelayackports|{}\nnet_malloc_frag_mask|{512:2048}\npassive_dgd|"
        "NONE\n"
        "empty|\nx|a = b c\n");
  CHECK(as_text(parse_tunables_o("Setting x to 1\n= 5\ntwo words = 5\n...\n")) ==
        "! 1 Setting x to 1\n! 2 = 5\n! 3 two words = 5\n! 4 ...\n");
}

TEST_CASE("tunables: find") {
  const auto list = parse_tunables_o("a = 1\nb = 2\n");
  REQUIRE(list);
  REQUIRE(list->find("b") != nullptr);
  CHECK(list->find("b")->current == "2");
  CHECK(list->find("c") == nullptr);
  CHECK(list->find("") == nullptr);
}

TEST_CASE("tunables: numbers") {
  CHECK(tunable_number("0") == 0);
  CHECK(tunable_number("2147483647") == 2147483647);
  CHECK(tunable_number("-1") == -1);
  CHECK(tunable_number("+5") == 5);
  CHECK(tunable_number("9223372036854775807") == 9223372036854775807LL);
  for (const char* text :
       {"", "-", "+", "+-5", "--5", "4K", "2G-1", "n/a", "{all}", " 5", "5 ", "5.0", "0x10", "9223372036854775808"}) {
    CAPTURE(text);
    CHECK_FALSE(tunable_number(text));
  }
}

}  // namespace
}  // namespace hanfs::aix
