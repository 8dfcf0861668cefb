# SPDX-License-Identifier: Apache-2.0
"""One headless Chromium for all tests, told what to do by the DevTools protocol over its pipe: JSON messages that end in
a NUL byte, commands on its descriptor 3, answers and events on 4. No port, no network, no library."""
import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

ANSWER_SECONDS = 120  # until a browser that says nothing is called hung


class Browser:
    def __init__(self, program):
        self.profile = tempfile.mkdtemp(prefix="hanfs-chromium.")
        commands, self.to = os.pipe()
        self.answers, events = os.pipe()

        def place():  # out of the way first: the pipe's own descriptors may be 3 and 4
            low = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (commands, events)]
            os.dup2(low[0], 3)
            os.dup2(low[1], 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
             "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={self.profile}", "--remote-debugging-pipe"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=place,
            pass_fds=(3, 4))
        os.close(commands)
        os.close(events)
        self.number, self.unread, self.session, self.width, self.height = 0, b"", None, 0, 0
        target = self.tell("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.tell("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.tell("Page.enable")

    def close(self):
        try:
            self.session = None
            self.tell("Browser.close")
            self.process.wait(30)
        except (OSError, RuntimeError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.to)
        os.close(self.answers)
        shutil.rmtree(self.profile, ignore_errors=True)

    def message(self):
        deadline = time.monotonic() + ANSWER_SECONDS
        while b"\0" not in self.unread:
            if not select.select([self.answers], [], [], max(0, deadline - time.monotonic()))[0]:
                raise RuntimeError(f"Chromium said nothing for {ANSWER_SECONDS} s")
            more = os.read(self.answers, 1 << 20)
            if not more:
                raise RuntimeError(f"Chromium ended with status {self.process.wait()}")
            self.unread += more
        first, self.unread = self.unread.split(b"\0", 1)
        return json.loads(first)

    def tell(self, method, until=None, **parameters):
        """The result; with `until`, once the event of that name has come too."""
        self.number += 1
        words = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            words["sessionId"] = self.session
        text = json.dumps(words).encode() + b"\0"
        while text:
            text = text[os.write(self.to, text):]
        result = None
        while result is None or until:
            message = self.message()
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                result = message["result"]
            elif message.get("method") == until:
                until = None
        return result

    def open(self, url, width=1280, height=1600, dark=False, scripts=True):
        """Loads it anew, even where only the fragment differs."""
        self.tell("Page.navigate", until="Page.loadEventFired", url="about:blank")
        self.resize(width, height)
        self.tell("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.tell("Emulation.setScriptExecutionDisabled", value=not scripts)
        failed = self.tell("Page.navigate", until="Page.loadEventFired", url=url).get("errorText")
        if failed:
            raise RuntimeError(f"{url}: {failed}")

    def resize(self, width, height=1600):
        self.width, self.height = width, height
        self.tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def dom(self):
        """The document as it is now, as HTML; needs no script."""
        root = self.tell("DOM.getDocument", depth=0)["root"]["nodeId"]
        return self.tell("DOM.getOuterHTML", nodeId=root)["outerHTML"]

    def value(self, script):
        answer = self.tell("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "the script failed"))
        return answer["result"].get("value")

    def screenshot(self, path, scale=1):
        clip = {"x": 0, "y": 0, "width": self.width, "height": self.height, "scale": scale}
        path.write_bytes(base64.b64decode(self.tell("Page.captureScreenshot", format="png", clip=clip)["data"]))

    def paper(self, path):
        path.write_bytes(base64.b64decode(self.tell("Page.printToPDF", printBackground=True)["data"]))
