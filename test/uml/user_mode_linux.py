# SPDX-License-Identifier: Apache-2.0
"""User-mode Linux with Debian's kernel and NFS server, unpacked (not installed) below build/uml."""
import fcntl
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("HANFS_UML", HERE.parents[1] / "build/uml"))
PACKAGES = {"user-mode-linux": "kernel", "nfs-kernel-server": "nfs"}
NEEDED = ("gcc", "depmod", "modprobe", "dash", "ip", "nsenter", "busybox")


def sh(*words, **more):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True, **more)


def skip(why):
    raise unittest.SkipTest(f"no user-mode Linux: {why}")


def unpack():
    """Everything of it once; later runs find it in the cache, and one beside this waits for it."""
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    with open(str(CACHE) + ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (CACHE / "ready").exists():
            fill_cache()


def fill_cache():
    for tool in (*NEEDED, "apt-get", "dpkg"):
        if shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin:/sbin") is None:
            skip(f"{tool} is not installed")
    shutil.rmtree(CACHE, ignore_errors=True)
    CACHE.mkdir(parents=True)
    try:
        sh("apt-get", "download", *PACKAGES, cwd=CACHE, timeout=120)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError) as error:
        skip("apt-get download: " + (getattr(error, "stderr", "") or str(error)).strip().replace("\n", "; "))
    for package, folder in PACKAGES.items():
        sh("dpkg", "-x", *CACHE.glob(f"{package}_*.deb"), CACHE / folder)
    modules = CACHE / "kernel/usr/lib/uml/modules"
    (CACHE / "root/lib").mkdir(parents=True)
    (CACHE / "root/lib/modules").symlink_to(modules)
    for version in modules.iterdir():
        sh("depmod", "-b", CACHE / "root", version.name, env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})
    sh("gcc", "-O1", "-shared", "-fPIC", HERE / "xsave.c", "-o", CACHE / "xsave.so")
    (CACHE / "ready").touch()


def boot(init, most, **variables):
    """Of what `init` ran {name: (status, text)}, and the whole console; `most`: seconds. The variables are in its
    environment. It is a script that sources servers.sh, and says each as a line ==NAME, the text, a line ==status N."""
    unpack()
    words = [CACHE / "kernel/usr/bin/linux.uml", "mem=384M", "rootfstype=hostfs", "rootflags=/", "ro", f"init={init}",
             f"CACHE={CACHE}", *(f"{name}={value}" for name, value in variables.items()), "con=null", "con0=null,fd:1",
             "ssl=null", "quiet"]
    # Its memory is a file: on a disk all of it would be slow.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="hanfs-uml.", dir=memory))
    process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, start_new_session=True,
                               env={**os.environ, "LD_PRELOAD": str(CACHE / "xsave.so"), "TMPDIR": str(folder),
                                    "HOME": str(folder)})
    try:
        console = process.communicate(timeout=most)[0]
    except subprocess.TimeoutExpired:
        # The guest's processes are processes of its group.
        os.killpg(process.pid, signal.SIGKILL)
        console = process.communicate()[0] + b"\n(stopped by the test)"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = console.decode(errors="replace").replace("\r", "")
    if "==boot " not in text:
        skip("it does not boot here: " + " / ".join(text.strip().splitlines()[-3:]))
    return {name: (int(status), said) for name, said, status in
            re.findall(r"^==(\S+)\n(.*?)^==status (\d+)$", text, re.M | re.S)}, text
