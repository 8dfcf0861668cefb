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
}

TEST_CASE("findings: statuses have the names of RFC 7530, section 13.1") {
  const std::pair<std::uint32_t, const char*> names[] = {{0, "NFS4_OK"},
                                                         {1, "NFS4ERR_PERM"},
                                                         {2, "NFS4ERR_NOENT"},
                                                         {5, "NFS4ERR_IO"},
                                                         {13, "NFS4ERR_ACCESS"},
                                                         {20, "NFS4ERR_NOTDIR"},
                                                         {22, "NFS4ERR_INVAL"},
                                                         {63, "NFS4ERR_NAMETOOLONG"},
                                                         {70, "NFS4ERR_STALE"},
                                                         {10001, "NFS4ERR_BADHANDLE"},
                                                         {10004, "NFS4ERR_NOTSUPP"},
                                                         {10006, "NFS4ERR_SERVERFAULT"},
                                                         {10008, "NFS4ERR_DELAY"},
                                                         {10013, "NFS4ERR_GRACE"},
                                                         {10014, "NFS4ERR_FHEXPIRED"},
                                                         {10016, "NFS4ERR_WRONGSEC"},
                                                         {10018, "NFS4ERR_RESOURCE"},
                                                         {10019, "NFS4ERR_MOVED"},
                                                         {10020, "NFS4ERR_NOFILEHANDLE"},
                                                         {10021, "NFS4ERR_MINOR_VERS_MISMATCH"},
                                                         {10029, "NFS4ERR_SYMLINK"},
                                                         {10036, "NFS4ERR_BADXDR"},
                                                         {10040, "NFS4ERR_BADCHAR"},
                                                         {10041, "NFS4ERR_BADNAME"},
                                                         {10044, "NFS4ERR_OP_ILLEGAL"}};
  for (const auto& [status, name] : names) CHECK(status_name(status) == name);
  CHECK(status_name(12345) == "status 12345");
  // Those that are told apart have the numbers of the same section.
  CHECK(status_name(nfs4::ok) == "NFS4_OK");
  CHECK(status_name(nfs4::perm) == "NFS4ERR_PERM");
  CHECK(status_name(nfs4::noent) == "NFS4ERR_NOENT");
  CHECK(status_name(nfs4::access) == "NFS4ERR_ACCESS");
  CHECK(status_name(nfs4::notdir) == "NFS4ERR_NOTDIR");
  CHECK(status_name(nfs4::resource) == "NFS4ERR_RESOURCE");
  CHECK(status_name(nfs4::moved) == "NFS4ERR_MOVED");
  CHECK(status_name(nfs4::wrongsec) == "NFS4ERR_WRONGSEC");
  CHECK(status_name(nfs4::minor_vers_mismatch) == "NFS4ERR_MINOR_VERS_MISMATCH");
}

TEST_CASE("findings: a finding as a line, with what is so, of whom, and the cure") {
  const auto lines = [](const std::vector<Answer>& answers, const char* path = "/install") {
    std::string text;
    for (const WireFinding& finding : judge_servers(answers, {}, path)) text += line_of(finding) + "\n";
    return text.substr(0, text.find("; cure: "));
  };
  Look refused;
  refused.reached = Reached::refused;
  CHECK(lines({{"a", {refused}}, {"b", {refused}}}) == "CRITICAL: refused: a, b: nobody listens on port 2049");
  refused.detail = "Connection refused";
  CHECK(lines({{"a", {refused}}}) == "CRITICAL: refused: a: nobody listens on port 2049 (Connection refused)");
  CHECK(lines({{"a", {}}}) == "UNKNOWN: not-looked: a: it was not asked");
  Look absent = with_status(nfs4::noent);
  absent.ended_at = "/install/x";
  CHECK(lines({{"a", {absent}}}, "/install/x/y") ==
        "CRITICAL: wrong-path: a: it has no /install/x/y (NFS4ERR_NOENT at /install/x)");
  Look referral = with_status(nfs4::moved);
  CHECK(lines({{"a", {referral}}}) == "CRITICAL: referral: a: /install is only a referral there");
  referral.attributes.fs_locations = FsLocations{"/install", {{"c", "/x"}, {"d", "/y"}}};
  CHECK(lines({{"a", {referral}}}) == "CRITICAL: referral: a: /install is only a referral there, to c:/x, d:/y");
  std::vector<Answer> answers = good_answers();
  for (Look& look : answers[1].looks) look.attributes.fs_locations->locations[0].rootpath = "/export";
  CHECK(lines(answers) ==
        "CRITICAL: lists-differ: 10.1.0.1, asn02: the servers do not name the same replicas: 10.1.0.1: "
        "10.1.0.1:/install, 10.1.0.2:/install; asn02: 10.1.0.1:/export, 10.1.0.2:/install");
  answers = good_answers();
  answers.push_back(good_answer("10.1.0.3", "10.1.0.3"));
  for (Answer& answer : answers)
    for (Look& look : answer.looks)
      look.attributes.fs_locations->locations = {{"10.1.0.1", "/i"}, {"10.1.0.2", "/i"}, {"10.1.0.3", "/i"}};
  for (Look& look : answers[1].looks) look.attributes.lease_seconds = 45;
  CHECK(lines(answers) ==
        "NOTE: lease-differs: 10.1.0.1, asn02, 10.1.0.3: their lease times differ: 45 s on asn02; 90 s on 10.1.0.1, "
        "10.1.0.3");
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
  // A server without a list says nothing of those behind it.
  std::vector<Answer> answers = good_answers();
  for (Look& look : answers[0].looks) look.attributes.fs_locations->locations.clear();
  for (Look& look : answers[1].looks) look.attributes.fs_locations->locations = {{"10.1.0.1", "/install"}};
  CHECK(judged(answers) == "CRITICAL no-list 10.1.0.1; CRITICAL not-in-own-list asn02");
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
  findings = judge_servers(answers, {}, "/install");
  CHECK(codes(findings) == "CRITICAL wrong-path asn02; CRITICAL access asn02");
  CHECK(findings[0].text.find(", at the first look") != std::string::npos);
  CHECK(findings[1].text.find(", at the second look") != std::string::npos);
  // The same both times is so at no time in particular; nor is it with one look.
  for (const std::vector<Look>& looks :
       {std::vector<Look>{refused, refused}, std::vector<Look>{refused}, std::vector<Look>{with_status(nfs4::noent)}}) {
    answers[1].looks = looks;
    answers[1].looks[0].addresses = {"10.1.0.2"};
    findings = judge_servers(answers, {}, "/install");
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].text.find(" look") == std::string::npos);
  }
  // What the last look says counts.
  answers = good_answers();
  answers[0].looks[0].privileged_port = true;
  CHECK(judged(answers).empty());
  std::swap(answers[0].looks[0], answers[0].looks[1]);
  CHECK(judged(answers) == "WARNING privileged-port 10.1.0.1");
}

TEST_CASE("findings: the rest") {
  std::vector<Answer> answers = good_answers();
  for (Look& look : answers[0].looks) look.privileged_port = true;
  answers[1].looks[1].attributes.lease_seconds = 60;
  CHECK(judged(answers) == "WARNING privileged-port 10.1.0.1; NOTE lease-differs 10.1.0.1 asn02");
  answers = good_answers();
  answers[0].server = "asn02-boot";
  for (Look& look : answers[0].looks) look.addresses = {"10.1.0.1", "10.1.0.2"};
  const std::string both = "CRITICAL no-replica asn02-boot asn02; WARNING same-server asn02-boot asn02";
  CHECK(judged(answers) == both);
  answers[1].looks[0].addresses = answers[0].looks[0].addresses;  // twice the same, and said once
  CHECK(judged(answers) == both);
  CHECK(judged({{"a", {}}}) == "UNKNOWN not-looked a");
  CHECK(judged({}).empty());
}

TEST_CASE("findings: names of the lists, each once") {
  CHECK(names_in_lists(good_answers()) == std::vector<std::string>{"10.1.0.1", "10.1.0.2"});
  std::vector<Answer> answers = good_answers();
  answers[1].looks[0].attributes.fs_locations->locations = {{"first", "/install"}};
  answers[1].looks[1].attributes.fs_locations->locations = {{"second", "/install"}};
  CHECK(names_in_lists(answers) == std::vector<std::string>{"10.1.0.1", "10.1.0.2", "first", "second"});
  // Of what is no list of replicas there are none.
  answers[0].looks[0].reached = Reached::closed;
  answers[0].looks[1].status = nfs4::noent;
  answers[1].looks[0].attributes.rdattr_error = nfs4::moved;
  CHECK(names_in_lists(answers) == std::vector<std::string>{"second"});
  CHECK(list_text({"/", {{"a", "/x"}, {"b", "/x"}}}) == "a, b");
  CHECK(list_text({"/", {{"a", "/x"}, {"b", "/y"}}}) == "a:/x, b:/y");
}

}  // namespace
}  // namespace hanfs::check
