# SPDX-License-Identifier: Apache-2.0
"""Who is asked for names: NSORDER in /etc/environment, /etc/netsvc.conf, /etc/irs.conf, and --hosts-first."""
from scenario import Scenario


class Names(Scenario):
    def test_the_other_services_stay(self):
        node = self.node()
        node.write("/etc/netsvc.conf", "hosts = nis_ldap, bind4 = auth, local4 # ours\n")
        self.assertEqual(node.run("--hosts-first").rc, 0)
        self.assertEqual(node.read("/etc/netsvc.conf"), "hosts = local4, nis_ldap, bind4 = auth # ours\n")
        self.assert_quiet(node, "--hosts-first")

    def test_irs_conf_goes_on_behind_the_hosts_file(self):
        node = self.node()
        node.write("/etc/netsvc.conf", "aliases = files\n")
        node.write("/etc/irs.conf", "hosts nis_ldap continue\nhosts dns continue\nhosts local\n")
        names = node.run("--status", "--json").json["resolver"]
        self.assertEqual((names["order_from"], names["state"]), ("/etc/irs.conf", "at_risk"))
        self.assertEqual(node.run("--hosts-first").rc, 0)
        self.assertEqual(node.read("/etc/netsvc.conf"), "aliases = files\nhosts = local, nis_ldap, bind\n")

    def test_nsorder_beats_the_file_and_stays(self):
        node = self.node()
        environment = "NSORDER=bind,local\nPASSWORD=secret\n"
        node.write("/etc/environment", environment)
        for words in (["--hosts-first"], ["--hosts-first", "--check"]):
            run = node.run(*words)
            self.assertEqual((run.rc, run.verdict["status"]), (1, "drift"), str(run))
            self.assertIn("NSORDER in /etc/environment beats /etc/netsvc.conf", run.stdout)
        self.assertEqual(node.read("/etc/environment"), environment)
        capture = node.root + "/tmp/names"
        node.run("--status", "--save", capture)
        with open(capture + "/files/etc/environment") as kept:
            self.assertEqual(kept.read(), "NSORDER=bind,local\n")
        node.write("/etc/environment", "NSORDER=local,bind\n")
        self.assertEqual(node.run("--hosts-first", "--check").rc, 0)
