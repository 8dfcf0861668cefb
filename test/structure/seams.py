# SPDX-License-Identifier: Apache-2.0
"""Programs take nothing from outside themselves but through app::System: helpers/README.md "Flow"."""
import re

# The rooms that touch the machine, and the two files that make a System of it.
MAY = ("helpers/lib/sys/", "helpers/lib/run/", "helpers/lib/app/system.cpp", "helpers/lib/report/log.cpp")
DIRECT = re.compile(r"\b(?:steady_clock|system_clock)::now\b|\bstd::c(?:out|err|log)\b|"
                    r"(?<!\w)(?:::|std::)?(?:printf|fprintf|puts|fputs|putchar|perror|syslog|getenv|setenv|getpid|gethostname|"
                    r"isatty|nanosleep|sleep_for|usleep|signal|sigaction|alarm|gettimeofday|clock_gettime)\(|"
                    r"(?<!\w)(?:::|std::)(?:time|poll|write|fork|sleep)\(|\bsys::(?:interrupted|wake_fd|install_signals)\b")
COMMENT = re.compile(r"//.*|\"(?:[^\"\\\n]|\\.)*\"")


def direct_uses(tree):
    problems = []
    for name, text in tree.files.items():
        if not name.startswith("helpers/") or not name.endswith((".cpp", ".hpp")) or name.startswith(MAY):
            continue
        code = COMMENT.sub("", text)
        problems += [f"{name}: {found} does not go through app::System" for found in sorted(set(DIRECT.findall(code)))]
    return problems


def checks():
    """{name: (check, [(path, text that it must complain about)])}"""
    program = "helpers/setuphanfs/run.cpp"
    return {
        "programs reach the machine through app::System": (direct_uses, [
            (program, 'void f() { std::printf("x"); }'),
            (program, "auto now() { return std::chrono::steady_clock::now(); }"),
            (program, "bool f() { return sys::interrupted(); }"),
            (program, "void f() { ::poll(nullptr, 0, 1); }"),
            ("helpers/lib/plan/planted.cpp", 'auto f() { return std::getenv("X"); }'),
        ]),
    }
