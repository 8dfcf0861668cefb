# SPDX-License-Identifier: Apache-2.0
"""checkhanfs servers against faked servers: what they agree on, and what they do wrong."""
import os
import re
import signal
import socket
import stat
import struct
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import fake_nfs as nfs
from fake_nfs import BlackHole, Export, FakeServer
from harness import WireTest, end

A, B, C = "127.0.8.1", "127.0.8.2", "127.0.8.3"
PAIR = ((A, "/install"), (B, "/install"))
AS_ROOT = os.geteuid() == 0


class Agreement(WireTest):
    def pair(self, of_a=PAIR, of_b=PAIR, **more):
        a = self.keep(FakeServer(A, Export(locations=of_a, **more)))
        return a, self.keep(FakeServer(B, Export(locations=of_b)))

    def test_both_name_the_same_replicas(self):
        servers = self.pair()
        run = self.check(A, B, "--path", "/install", "--again", 1)
        self.assert_state(run, "OK")
        self.assertIn("2 of 2 answer, and all name the same 2 replicas", run.first)
        self.assertRegex(run.first, rf"'rtt_{A}'=0\.\d{{6}}s;;;0 ")
        self.assertIn("'servers_answering'=2;;2:;0;2", run.first)
        self.assertEqual([server.seen for server in servers], [2, 2], "each was asked twice")
        self.assertGreaterEqual(run.seconds, 1)
        self.assertLess(run.seconds, 1.5)
        self.assertIn(f"{A}  {A}  ok ", run.out)
        self.assertIn(f"7.7   90 s   {A}, {B}", run.out)

    def test_the_question_is_minor_version_0_and_sys_credentials(self):
        servers = self.pair()
        self.once(A, B)
        call = servers[0].calls[0]
        self.assertEqual((call.rpc, call.program, call.version, call.procedure, call.minor_version, call.flavor),
                         (2, 100003, 4, 1, 0, 1))
        self.assertEqual([number for number, _ in call.operations], [nfs.PUTROOTFH, nfs.LOOKUP, nfs.GETATTR])

    def test_order_and_spelling_of_the_lists_do_not_matter(self):
        self.pair(of_b=(([B, "127.0.8.1"], "/install"),))
        self.assert_state(self.once(A, B), "OK")

    def test_short_paths_at_the_end_of_a_list(self):
        # libnfs's own decoder wants as many bytes left as its structures have.
        pair = ((A, "/u"), (B, "/u"))
        self.pair(of_a=pair, of_b=pair, path="/u", root="/u")
        self.assert_state(self.once(A, B, "--path", "/u"), "CRITICAL", "wrong-path")  # b exports /install
        run = self.once(A, "--path", "/u")
        self.assert_state(run, "WARNING", "not-asked")
        self.assertIn(f"{A}, {B}", run.out)

    def test_eight_replicas_and_a_thousand(self):
        for count in (8, 1000):
            with self.subTest(count=count):
                many = [(f"127.1.{i // 250}.{i % 250 + 1}", "/install") for i in range(count - 1)] + [(A, "/install")]
                server = FakeServer(A, Export(locations=many))
                run = self.once(A, "--json")
                server.close()
                self.assertEqual(len(run.json()["servers"][0]["looks"][0]["replicas"]), count)

    def test_json(self):
        self.pair(expire=2)
        seen = self.once(A, B, "--json").json()
        self.assertEqual(seen["result"]["state"], "OK")
        look = seen["servers"][0]["looks"][0]
        self.assertLess(look["round_trip_seconds"], 1)
        del look["round_trip_seconds"], look["connect_seconds"]
        self.assertEqual(look, {
            "reached": "answered", "detail": None, "address": A, "privileged_port": False, "status": "NFS4_OK",
            "ended_at": "/install", "fsid": "7.7", "lease_seconds": 90, "persistent_handles": False,
            "fs_root": "/install",
            "replicas": [{"server": A, "rootpath": "/install"}, {"server": B, "rootpath": "/install"}]})
        self.assertEqual(seen["findings"], [])

    def test_a_name_is_any_of_its_addresses(self):
        self.keep(FakeServer("127.0.0.1", Export(locations=(("127.0.0.1", "/install"), (B, "/install")))))
        self.keep(FakeServer(B, Export(locations=(("127.0.0.1", "/install"), (B, "/install")))))
        self.assert_state(self.once("localhost", B), "OK")

    def test_names_in_the_lists(self):
        pair = (("localhost", "/install"), (B, "/install"))
        self.keep(FakeServer("127.0.0.1", Export(locations=pair)))
        self.keep(FakeServer(B, Export(locations=(("127.0.0.1", "/install"), (B, "/install")))))
        self.assert_state(self.once("127.0.0.1", B), "OK", "names-in-list")

    def test_ipv6(self):
        try:
            self.keep(FakeServer("::1", Export(locations=(("0:0:0::1", "/install"), (B, "/install")))))
        except OSError as why:
            self.skipTest(f"no IPv6: {why}")
        self.keep(FakeServer(B, Export(locations=(("::1", "/install"), (B, "/install")))))
        self.assert_state(self.once("::1", B), "OK")

    def test_different_lists(self):
        self.pair(of_b=((A, "/install"), (B, "/export")))
        run = self.once(A, B)
        self.assert_state(run, "CRITICAL", "lists-differ")
        self.assertIn(f"{A}: {A}:/install, {B}:/install; {B}: {A}:/install, {B}:/export", run.out)

    def test_a_list_without_itself(self):
        self.pair(of_b=((A, "/install"), (C, "/install")))
        run = self.once(A, B)
        self.assert_state(run, "CRITICAL", "lists-differ", "not-in-own-list", "not-asked")
        self.assertIn(f": {B}: it does not name itself", self.line(run, "not-in-own-list"))
        self.assertIn(f": {C}: ", self.line(run, "not-asked"))

    def test_no_list_and_no_such_attribute(self):
        self.pair(of_a=(), of_b=None)
        run = self.once(A, B)
        self.assert_state(run, "CRITICAL", "no-list")
        self.assertIn(f": {A}, {B}: ", self.line(run, "no-list"))

    def test_only_itself(self):
        self.keep(FakeServer(A, Export(locations=((A, "/install"),))))
        self.assert_state(self.once(A), "CRITICAL", "no-replica")

    def test_a_list_that_is_lost_between_two_looks(self):
        self.pair(of_a=lambda number: PAIR if number == 0 else ())
        self.assert_state(self.check(A, B, "--again", 1), "CRITICAL", "list-lost")

    def test_a_list_that_changes_between_two_looks(self):
        self.pair(of_a=lambda number: PAIR if number == 0 else ((A, "/install"), (B, "/other")))
        self.assert_state(self.check(A, B, "--again", 1), "CRITICAL", "list-changed", "lists-differ")

    def test_a_server_that_dies_between_two_looks(self):
        a, _ = self.pair()
        process = self.start(A, B, "--again", 2, "--timeout", 1)
        time.sleep(1)
        a.close()
        out, _ = process.communicate(timeout=10)
        self.assertEqual(process.returncode, 2)
        self.assertIn(f"CRITICAL: refused: {A}: nobody listens on port 2049 (Connection refused), at the second look",
                      out.decode())

    def test_lease_times(self):
        self.pair(lease=30)
        self.assert_state(self.once(A, B), "OK", "lease-differs")

    def test_wrong_path(self):
        self.pair()
        run = self.once(A, B, "--path", "/install/nope/deeper")
        self.assert_state(run, "CRITICAL", "wrong-path")
        self.assertIn("NFS4ERR_NOENT at /install/nope)", run.out)

    def test_a_referral(self):
        self.pair(of_a=((C, "/install"),), rdattr=nfs.MOVED)
        run = self.once(A, B)
        self.assert_state(run, "CRITICAL", "referral")
        self.assertIn(f"/install is only a referral there, to {C}:/install", run.out)

    def test_a_referral_on_the_way(self):
        self.pair(of_a=((C, "/install"),), path="/install/images", rdattr=nfs.MOVED,
                  status={"/install/images": nfs.MOVED})
        run = self.once(A, "--path", "/install/images")
        self.assert_state(run, "CRITICAL", "referral")
        self.assertIn(f", to {C}:/install", run.out)

    def test_krb5_only(self):
        self.pair(status={"/install": nfs.WRONGSEC})
        self.assert_state(self.once(A, B), "CRITICAL", "security")

    def test_access(self):
        for status in ({"/install": nfs.ACCESS}, {"": nfs.PERM}, {"GETATTR": nfs.ACCESS}):
            with self.subTest(status=status):
                server = FakeServer(A, Export(locations=PAIR, status=status))
                run = self.once(A)
                server.close()
                self.assert_state(run, "CRITICAL", "access")

    def test_ports_below_1024_only(self):
        honest = Export(locations=PAIR)
        refuse = {"AUTH_TOOWEAK": lambda call, number: nfs.denied(call, 1, 5),
                  "NFS4ERR_PERM": Export(status={"": nfs.PERM})}
        for name, refusal in refuse.items():
            with self.subTest(name):
                server = FakeServer(A, lambda call, number: (honest if call.peer_port < 1024 else refusal)(call, number))
                run = self.once(A)
                server.close()
                if AS_ROOT:
                    self.assert_state(run, "WARNING", "privileged-port", "not-asked")
                    self.assertEqual(server.calls[-1].credentials[-12:-8], nfs.u32(0), "still root's credentials")
                else:
                    self.assert_state(run, "CRITICAL", "access")

    def test_the_same_server_twice(self):
        self.keep(FakeServer("127.0.0.1", Export(locations=(("127.0.0.1", "/install"), (B, "/install")))))
        run = self.once("localhost", "127.0.0.1")
        self.assert_state(run, "WARNING", "same-server", "not-asked")


class Wrong(WireTest):
    """Each of these alone; the honest server beside it is judged as ever."""

    def assert_found(self, code, answer=None, speak=None, most=1.5):
        bad = FakeServer(A, answer, speak)
        good = FakeServer(B, Export(locations=PAIR))
        try:
            run = self.once(A, B)
        finally:
            bad.close()
            good.close()
        self.assert_state(run, "CRITICAL", code)
        self.assertIn(f": {code}: {A}: ", run.out)
        self.assertIn(f"{B}  {B}  ok ", run.out)
        self.assertLess(run.seconds, most, str(run))
        return run

    def test_not_nfs4(self):
        self.assert_found("not-nfs4", lambda call, _: nfs.accepted(call, nfs.u32(2, 3), 2))  # PROG_MISMATCH
        self.assert_found("not-nfs4", lambda call, _: nfs.accepted(call, b"", 1))  # PROG_UNAVAIL
        self.assert_found("not-nfs4", lambda call, _: nfs.accepted(call, b"", 3))  # PROC_UNAVAIL
        self.assert_found("not-nfs4", lambda call, _: nfs.accepted(
            call, nfs.u32(nfs.MINOR_VERS_MISMATCH) + nfs.opaque(b"") + nfs.u32(0)))

    def test_rejected(self):
        for why in range(1, 8):
            self.assert_found("access", lambda call, _: nfs.denied(call, 1, why))

    def test_garbage(self):
        def say(text):
            return lambda connection, _: (connection.sendall(text), time.sleep(3))
        self.assert_found("garbage", speak=say(b"SSH-2.0-OpenSSH_9.2p1\r\n"))
        self.assert_found("garbage", speak=say(b"HTTP/1.0 400 Bad Request\r\n\r\n"))
        self.assert_found("garbage", speak=say(b"\xff" * 4096))
        self.assert_found("hung", lambda call, _: b"\x00" * 40)  # of another question
        self.assert_found("garbage", lambda call, _: nfs.u32(call.xid, 1) + b"\xa5" * 40)
        self.assert_found("garbage", lambda call, _: nfs.accepted(call, nfs.u32(0) + nfs.opaque(b"")))

    def test_an_array_that_is_larger_than_its_bytes(self):
        # 2**27 + 1 results or words of a bitmap: their size is cut to 32 bits in libnfs, which then writes beyond it.
        for count in (1 << 27, (1 << 27) + 1, (1 << 30) + 1, 0x7FFFFFFF, 0xFFFFFFFF):
            self.assert_found("garbage", lambda call, _: nfs.accepted(
                call, nfs.u32(0) + nfs.opaque(b"") + nfs.u32(count) + b"\x00\x00\x00\x09" * 2000))
            self.assert_found("garbage", lambda call, _: nfs.accepted(
                call, nfs.u32(0) + nfs.opaque(b"") + nfs.u32(1, nfs.GETATTR, 0, count) + b"\x41" * 8000))

    def test_attributes_that_lie(self):
        for name, bytes_of in {
                "cut": lambda attributes: attributes[:-5],
                "more": lambda attributes: attributes + b"\x00" * 4,
                "a path of 2**30 parts": lambda attributes: attributes[:32] + nfs.u32(1 << 30) + attributes[36:],
                "a long name": lambda attributes: attributes[:36] + nfs.u32(0xFFFFFFF0) + attributes[40:]}.items():
            with self.subTest(name):
                self.assert_found("garbage", Export(locations=PAIR, bytes_of=bytes_of))

    def test_names_that_could_spoil_a_terminal(self):
        self.keep(FakeServer(A, Export(locations=((A, "/install"), ("\x1b[2J\n|'x", "/install")))))
        self.assert_state(self.once(A), "WARNING", "names-in-list", "not-asked")

    def test_reset_and_closed(self):
        def reset(connection, _):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        self.assert_found("closed", speak=reset)
        self.assert_found("closed", speak=lambda connection, _: connection.shutdown(socket.SHUT_RDWR))

    def test_silent(self):
        self.assert_found("hung", lambda call, _: None)

    def test_byte_by_byte(self):
        whole = Export(locations=PAIR)

        def dribble(connection, number):
            call = server.next_call(connection)
            for byte in nfs.record(whole(call, number)):
                connection.sendall(bytes([byte]))
                time.sleep(pause)
        for pause, code in ((0.0005, "not-asked"), (0.05, "hung")):
            server = FakeServer(A, speak=dribble)
            run = self.once(A)
            server.close()
            self.assert_state(run, "WARNING" if code == "not-asked" else "CRITICAL", code)
            self.assertLess(run.seconds, 1.5)

    def test_in_fragments(self):
        whole = Export(locations=PAIR)

        def pieces(connection, number):
            reply = whole(server.next_call(connection), number)
            for at in range(0, len(reply), 24):
                piece = reply[at:at + 24]
                connection.sendall(nfs.u32((0x80000000 if at + 24 >= len(reply) else 0) | len(piece)) + piece)
        server = self.keep(FakeServer(A, speak=pieces))
        self.assert_state(self.once(A), "WARNING", "not-asked")

    def test_too_much(self):
        def flood(mark):
            def speak(connection, _):
                while True:
                    connection.sendall(mark + b"\x00" * 65536)
            return speak
        self.assert_found("garbage", speak=flood(nfs.u32(0x7FFFFFFF)))
        # Replies to somebody else, fragments without an end; side by side, as each takes its time.
        marks = (0x80000000 | 65536, 65536, 0, 0x80000000)
        for i, mark in enumerate(marks):
            self.keep(FakeServer(f"127.0.9.{i + 1}", speak=flood(nfs.u32(mark))))
        run = self.once("--json", *(f"127.0.9.{i + 1}" for i in range(len(marks))))
        self.assertEqual(run.rc, 2, str(run))
        self.assertLess(run.seconds, 3)
        for seen in run.json()["servers"]:
            self.assertIn(seen["looks"][0]["reached"], ("garbage", "silent"))

    def test_every_cut_and_many_changed_replies(self):
        """Forty servers side by side: each answers with another piece of a sound reply, or with a byte changed."""
        whole = Export(locations=PAIR)
        size = len(whole(Example(), 0))
        kinds = [("cut", at) for at in range(0, size, 4)] + [("changed", at) for at in range(4, size, 3)]

        def answer(kind, at):
            def spoilt(call, number):
                reply = whole(call, number)
                if kind == "cut":
                    return reply[:at]
                return reply[:at] + bytes([reply[at] ^ 0xFF]) + reply[at + 1:]
            return spoilt
        for first in range(0, len(kinds), 40):
            part = kinds[first:first + 40]
            servers = [FakeServer(f"127.0.9.{i + 1}", answer(*kind)) for i, kind in enumerate(part)]
            run = self.once("--json", *(server.address for server in servers))
            for server in servers:
                server.close()
            self.assertLess(run.seconds, 3)
            for kind, seen in zip(part, run.json()["servers"]):
                look = seen["looks"][0]
                if kind[0] == "cut":
                    self.assertNotEqual((look["reached"], look.get("status")), ("answered", "NFS4_OK"), f"{kind} {look}")

    def test_no_name(self):
        run = self.once("no-such-host.invalid")
        self.assert_state(run, "CRITICAL", "unresolved")


class Example:
    """A call as checkhanfs makes it."""
    xid, minor_version, peer_port = 1, 0, 1
    operations = [(nfs.PUTROOTFH, None), (nfs.LOOKUP, "install"),
                  (nfs.GETATTR, {nfs.TYPE, nfs.FH_EXPIRE_TYPE, nfs.FSID, nfs.LEASE_TIME, nfs.RDATTR_ERROR,
                                 nfs.FS_LOCATIONS})]


class Bounded(WireTest):
    def test_eight_servers_and_one_black_hole(self):
        addresses = [f"127.0.8.{i + 1}" for i in range(8)]
        everybody = [(address, "/install") for address in addresses]
        for address in addresses[:-1]:
            self.keep(FakeServer(address, Export(locations=everybody)))
        self.keep(BlackHole(addresses[-1]))
        run = self.check(*addresses, "--timeout", 3, "--again", 1)
        self.assert_state(run, "CRITICAL", "black-holed")
        print(f"8 servers, one black-holed, time-out 3 s: {run.seconds:.3f} s")
        self.assertGreaterEqual(run.seconds, 3)
        self.assertLess(run.seconds, 3.3, "the time-out plus 10 %")
        self.assertIn("7 of 8 answer", run.first)

    def test_a_signal_ends_it_and_leaves_no_child(self):
        self.keep(BlackHole(A))
        process = self.start(A, "--timeout", 20)
        time.sleep(0.5)
        children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
        self.assertEqual(len(children), 1)
        start = time.monotonic()
        rc, out, _ = end(process)
        self.assertLess(time.monotonic() - start, 1)
        self.assertEqual(rc, 3)
        self.assertIn("UNKNOWN: not-looked: ", out)
        self.assertFalse(os.path.exists(f"/proc/{children[0]}"))

    def test_words_that_are_refused(self):
        for words in ((), ("a b",), ("-x",), (A, A), (A, "--path", "install"), (A, "--path", "/a/../b"), (A, "--path", ""),
                      (A, "--timeout", "0"), (A, "--timeout", "x"), (A, "--again", "-1"), (A, "--watch", "0"),
                      (A, "--notify", "/bin/true"), (A, "--watch", "1", "--notify", "true"),
                      (A, "--watch", "1", "--notify", "/no/such/command"), (A, "--from", "/tmp"), (A, "--openmetrics", "x"),
                      ("x" * 300 + "$(id)",), tuple(f"127.0.0.{i}" for i in range(1, 70))):
            with self.subTest(words):
                run = self.check(*words)
                self.assertEqual(run.rc, 3, str(run))
                self.assertIn("status=refused", run.out.splitlines()[-1])
                self.assertEqual(len(run.out.splitlines()), 2, str(run))


class Watch(WireTest):
    def watch(self, *words):
        process = self.start(*words)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        os.set_blocking(process.stdout.fileno(), False)
        self.seen = ""
        return process

    def wait_for(self, process, text, most=8):
        end_of_wait = time.monotonic() + most
        while text not in self.seen:
            self.assertLess(time.monotonic(), end_of_wait, f"{text!r} does not come: {self.seen}")
            self.seen += (process.stdout.read() or b"").decode()
            time.sleep(0.02)

    def test_only_changes_are_told_and_notified(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()) if hasattr(self, "enterContext")
                      else tempfile.mkdtemp())
        script = folder / "notify"
        script.write_text("#!/bin/sh\n"
                          f"{{ echo \"$# $1 $2 $3 $4\"; env | grep ^CHECKHANFS_ | sort; }} >>{folder}/told.part\n"
                          f"cp {folder}/told.part {folder}/told\n")
        script.chmod(stat.S_IRWXU)
        a = FakeServer(A, Export(locations=PAIR))
        self.keep(FakeServer(B, Export(locations=PAIR)))
        process = self.watch(A, B, "--watch", 1, "--again", 0, "--timeout", 1, "--notify", script, "a word;")
        self.wait_for(process, "HANFS OK - ")
        time.sleep(2.2)
        self.assertFalse((folder / "told").exists(), "it was well from the first round on")
        a.close()
        self.wait_for(process, f"- refused: {A}".replace("- ", "+ CRITICAL: "))
        a = self.keep(FakeServer(A, Export(locations=PAIR)))
        self.wait_for(process, f" - refused: {A}\n")
        time.sleep(0.3)
        rc, out, err = end(process)
        self.assertEqual((rc, err), (0, ""))
        lines = (self.seen + out).splitlines()
        self.assertEqual([re.sub(r"^2\d{3}-\S+Z", "TIME", line).split(" | ")[0] for line in lines if "127.0.8.2  " not in line
                          and f"{A}  {A}" not in line and "SERVER " not in line],
                         ["HANFS OK - /install: 2 of 2 answer, and all name the same 2 replicas",
                          f"TIME CRITICAL - /install: refused ({A}); 1 of 2 answer",
                          f"TIME + CRITICAL: refused: {A}: nobody listens on port 2049 (Connection refused); cure: startsrc "
                          "-g nfs on the server; a firewall may refuse, too",
                          "TIME OK - /install: 2 of 2 answer, and all name the same 2 replicas",
                          f"TIME - refused: {A}", lines[-1]])
        self.assertIn("status=ok", lines[-1])
        self.assertEqual((folder / "told").read_text().splitlines(), [
            f"4 a word; CRITICAL OK /install: refused ({A}); 1 of 2 answer",
            f"CHECKHANFS_APPEARED=refused={A}", "CHECKHANFS_GONE=", "CHECKHANFS_PATH=/install",
            "CHECKHANFS_STATE=CRITICAL", f"CHECKHANFS_SUMMARY=/install: refused ({A}); 1 of 2 answer",
            "CHECKHANFS_WAS=OK",
            "4 a word; OK CRITICAL /install: 2 of 2 answer, and all name the same 2 replicas",
            "CHECKHANFS_APPEARED=", f"CHECKHANFS_GONE=refused={A}", "CHECKHANFS_PATH=/install", "CHECKHANFS_STATE=OK",
            "CHECKHANFS_SUMMARY=/install: 2 of 2 answer, and all name the same 2 replicas", "CHECKHANFS_WAS=CRITICAL"])

    def test_json_is_one_object_a_line_and_a_bad_first_round_counts(self):
        import json
        process = self.watch(A, "--watch", 1, "--again", 0, "--timeout", 1, "--json", "--notify", "/bin/false")
        self.wait_for(process, "\n")
        server = self.keep(FakeServer(A, Export(locations=((A, "/install"),))))
        self.wait_for(process, '"gone"')
        rc, out, err = end(process, signal.SIGINT)
        self.assertEqual(rc, 2)
        first, change = [json.loads(line) for line in (self.seen + out).splitlines()]
        self.assertEqual((first["state"], first["findings"][0]["code"]), ("CRITICAL", "refused"))
        self.assertEqual([(len(change[key]), change[key][0]["code"]) for key in ("appeared", "gone")],
                         [(1, "no-replica"), (1, "refused")])
        self.assertEqual(err.count("--notify /bin/false: exit status 1"), 2, err)
        self.assertIn("status=fail", err)

    def test_a_notify_command_that_hangs_costs_its_time_only(self):
        process = self.watch(A, "--watch", 1, "--again", 0, "--timeout", 1, "--command-deadline", 1,
                             "--notify", "/bin/sleep", "60")
        self.wait_for(process, "HANFS CRITICAL")
        self.keep(FakeServer(A, Export(locations=((A, "/install"),))))
        self.wait_for(process, "no-replica")
        start = time.monotonic()
        rc, _, _ = end(process)
        self.assertLess(time.monotonic() - start, 3)
        self.assertEqual(rc, 2)


if __name__ == "__main__":
    unittest.main()
