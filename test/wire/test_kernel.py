# SPDX-License-Identifier: Apache-2.0
"""checkhanfs servers against two real nfsd of the Linux kernel, which have replicas=, in user-mode Linux."""
import json
import re
import sys
from pathlib import Path

from harness import BIN, ROOT, WireTest

sys.path.insert(0, str(ROOT / "test/uml"))

import user_mode_linux as uml  # noqa: E402

A, B = "10.77.1.2", "10.77.2.2"


class KernelServers(WireTest):
    @classmethod
    def setUpClass(cls):
        cls.said, cls.console = uml.boot(Path(__file__).resolve().parent / "init", 150, CHECKHANFS=BIN / "checkhanfs")

    def of(self, name):
        self.assertIn(name, self.said, self.console)
        return self.said[name]

    def assert_found(self, name, status, *codes):
        rc, text = self.of(name)
        self.assertEqual((rc, sorted(re.findall(r"^(?:CRITICAL|WARNING|UNKNOWN|NOTE): ([a-z0-9-]+): ", text, re.M))),
                         (status, sorted(codes)), text + self.console)
        return text

    def test_everything_was_set_up(self):
        self.assertNotIn("==failed", self.console)
        self.assertIn("==end", self.console)

    def test_agreement(self):
        text = self.assert_found("agreement", 0)
        self.assertIn("2 of 2 answer, and all name the same 2 replicas", text)
        self.assertIn(f"77.0  90 s   {A}, {B}", text)

    def test_below_the_export_the_list_is_the_same(self):
        rc, text = self.of("below")
        self.assertEqual(rc, 0, text)
        look = json.loads(next(line for line in text.splitlines() if line.startswith("{")))["servers"][1]["looks"][0]
        self.assertEqual((look["fs_root"], look["replicas"]),
                         ("/install", [{"server": A, "rootpath": "/install"}, {"server": B, "rootpath": "/install"}]))

    def test_privileged_ports_only(self):
        self.assert_found("ports", 1, "privileged-port")

    def test_krb5_only(self):
        self.assert_found("krb5", 2, "security")

    def test_disagreement(self):
        self.assert_found("disagreement", 2, "lists-differ", "not-asked")

    def test_a_list_without_itself(self):
        self.assert_found("without-itself", 2, "lists-differ", "not-in-own-list", "not-asked")

    def test_a_dead_link(self):
        self.assert_found("link-down", 2, "black-holed")
