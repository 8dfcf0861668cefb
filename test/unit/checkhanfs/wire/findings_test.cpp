// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/wire/findings.hpp"

#include <doctest/doctest.h>

#include "unit/checkhanfs/wire/servers_example.hpp"

namespace hanfs::check {
namespace {

// "CRITICAL no-list asn02" for each finding.
std::string codes(const std::vector<WireFinding>& findings) {
  std::string text;
  for (const WireFinding& finding : findings) {
    text += (text.empty() ? "" : "; ") + std::string(name_of(finding.level)) + " " + finding.code;
    for (const std::string& server : finding.servers) text += " " + server;
    CHECK_FALSE(finding.text.empty());
    CHECK_FALSE(finding.cure.empty());
  }
  return text;
}

std::string judged(const std::vector<Answer>& answers, const NameAddresses& names = {}) {
  return codes(judge_servers(answers, names, "/install"));
}

// The second server as `look` says, both times.
std::string judged_with(const Look& look) {
  std::vector<Answer> answers = good_answers();
  answers[1].looks = {look, look};
  return judged(answers);
}

Look with_status(std::uint32_t status) {
  Look look = good_look("10.1.0.2", {});
  look.status = status;
  look.attributes = {};
  return look;
}

Look with_list(std::vector<Location> locations) { return good_look("10.1.0.2", std::move(locations)); }

TEST_CASE("findings: servers as they should be have none") { CHECK(judged(good_answers()).empty()); }

TEST_CASE("findings: how far a look came") {
  struct Case {
    Reached reached;
    const char* expected;
  };
  for (const Case& c :
       {Case{Reached::unresolved, "CRITICAL unresolved asn02"}, Case{Reached::refused, "CRITICAL refused asn02"},
        Case{Reached::unreachable, "CRITICAL unreachable asn02"},
        Case{Reached::no_connection, "CRITICAL black-holed asn02"}, Case{Reached::silent, "CRITICAL hung asn02"},
        Case{Reached::closed, "CRITICAL closed asn02"}, Case{Reached::garbage, "CRITICAL garbage asn02"},
        Case{Reached::not_nfs4, "CRITICAL not-nfs4 asn02"}, Case{Reached::rejected, "CRITICAL access asn02"},
        Case{Reached::not_asked, "UNKNOWN not-looked asn02"}}) {
    CAPTURE(c.expected);
    Look look;
    look.reached = c.reached;
    look.addresses = {"10.1.0.2"};  // known, so that the other's list names nobody who was not asked
    CHECK(judged_with(look) == c.expected);
    CHECK_FALSE(std::string(name_of(c.reached)).empty());
  }
}

TEST_CASE("findings: what the server says of the path") {
  CHECK(judged_with(with_status(nfs4::noent)) == "CRITICAL wrong-path asn02");
  CHECK(judged_with(with_status(nfs4::notdir)) == "CRITICAL wrong-path asn02");
  CHECK(judged_with(with_status(nfs4::perm)) == "CRITICAL access asn02");
  CHECK(judged_with(with_status(nfs4::access)) == "CRITICAL access asn02");
  CHECK(judged_with(with_status(nfs4::wrongsec)) == "CRITICAL security asn02");
  CHECK(judged_with(with_status(nfs4::moved)) == "CRITICAL referral asn02");
  CHECK(judged_with(with_status(10008)) == "CRITICAL nfs-error asn02");
  Look referral = with_list({{"10.1.0.9", "/install"}});
  referral.attributes.rdattr_error = nfs4::moved;
  CHECK(judged_with(referral) == "CRITICAL referral asn02");
  CHECK(status_name(10008) == "NFS4ERR_DELAY");
  CHECK(status_name(12345) == "status 12345");
}

TEST_CASE("findings: one for all servers of which the same is so") {
  Look look = with_status(nfs4::noent);
  CHECK(judged({{"a", {look}}, {"b", {look}}}) == "CRITICAL wrong-path a b; WARNING same-server a b");
}

TEST_CASE("findings: lists") {
  CHECK(judged_with(with_list({})) == "CRITICAL no-list asn02");
  Look without = with_list({});
  without.attributes.fs_locations.reset();
  CHECK(judged_with(without) == "CRITICAL no-list asn02");
  CHECK(judged_with(with_list({{"10.1.0.2", "/install"}, {"10.1.0.1", "/install"}})).empty());
  CHECK(judged_with(with_list({{"10.1.0.1", "/install"}, {"10.1.0.2", "/export"}})) ==
        "CRITICAL lists-differ 10.1.0.1 asn02");
  CHECK(judged_with(with_list({{"10.1.0.2", "/install"}})) ==
        "CRITICAL no-replica asn02; CRITICAL lists-differ 10.1.0.1 asn02");
  CHECK(judged_with(with_list({{"10.1.0.1", "/install"}, {"10.1.0.3", "/install"}})) ==
        "CRITICAL not-in-own-list asn02; CRITICAL lists-differ 10.1.0.1 asn02; WARNING not-asked 10.1.0.3");
}

TEST_CASE("findings: a server is any of its addresses, and any name of these") {
  std::vector<Answer> answers = good_answers();
  for (Answer& answer : answers)
    for (Look& look : answer.looks)
      look.attributes.fs_locations->locations = {{"10.1.0.1", "/install"}, {"ASN02", "/install"}};
  CHECK(judged(answers) == "NOTE names-in-list ASN02");
  for (Answer& answer : answers)
    for (Look& look : answer.looks)
      look.attributes.fs_locations->locations = {{"10.1.0.1", "/install"}, {"other", "/install"}};
  CHECK(judged(answers) == "CRITICAL not-in-own-list asn02; WARNING not-asked other; NOTE names-in-list other");
  CHECK(judged(answers, {{"other", {"10.9.9.9", "10.1.0.2"}}}) == "NOTE names-in-list other");
  answers = good_answers();
  for (Look& look : answers[1].looks) look.addresses = {"10.2.0.2", "10.1.0.2"};
  CHECK(judged(answers).empty());
}

TEST_CASE("findings: two looks") {
  std::vector<Answer> answers = good_answers();
  answers[1].looks[1] = with_list({});
  CHECK(judged(answers) == "CRITICAL list-lost asn02");
  answers[1].looks[1].attributes.fs_locations.reset();
  CHECK(judged(answers) == "CRITICAL list-lost asn02");
  answers[1].looks[1] = with_list({{"10.1.0.2", "/install"}, {"10.1.0.1", "/other"}});
  CHECK(judged(answers) == "CRITICAL list-changed asn02; CRITICAL lists-differ 10.1.0.1 asn02");

  Look refused;
  refused.reached = Reached::refused;
  answers = good_answers();
  answers[1].looks[1] = refused;
  std::vector<WireFinding> findings = judge_servers(answers, {}, "/install");
  CHECK(codes(findings) == "CRITICAL refused asn02");
  CHECK(findings[0].text.find(", at the second look") != std::string::npos);
  answers[1].looks = {with_status(nfs4::noent), good_look("10.1.0.2", both_locations())};
  findings = judge_servers(answers, {}, "/install");
  CHECK(codes(findings) == "CRITICAL wrong-path asn02");
  CHECK(findings[0].text.find(", at the first look") != std::string::npos);
  answers[1].looks = {with_status(nfs4::noent), with_status(nfs4::access)};
  CHECK(judged(answers) == "CRITICAL wrong-path asn02; CRITICAL access asn02");
}

TEST_CASE("findings: the rest") {
  std::vector<Answer> answers = good_answers();
  for (Look& look : answers[0].looks) look.privileged_port = true;
  answers[1].looks[1].attributes.lease_seconds = 60;
  CHECK(judged(answers) == "WARNING privileged-port 10.1.0.1; NOTE lease-differs 10.1.0.1 asn02");
  answers = good_answers();
  answers[0].server = "asn02-boot";
  for (Look& look : answers[0].looks) look.addresses = {"10.1.0.1", "10.1.0.2"};
  CHECK(judged(answers).find("WARNING same-server asn02-boot asn02") != std::string::npos);
  CHECK(judged({{"a", {}}}) == "UNKNOWN not-looked a");
  CHECK(judged({}).empty());
}

TEST_CASE("findings: names of the lists, each once") {
  CHECK(names_in_lists(good_answers()) == std::vector<std::string>{"10.1.0.1", "10.1.0.2"});
  CHECK(list_text({"/", {{"a", "/x"}, {"b", "/x"}}}) == "a, b");
  CHECK(list_text({"/", {{"a", "/x"}, {"b", "/y"}}}) == "a:/x, b:/y");
}

}  // namespace
}  // namespace hanfs::check
