/* SPDX-License-Identifier: Apache-2.0
   A program that misbehaves on request: misbehaving_child MODE [ARGUMENT...]. Linux only (prctl, ptrace). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char** environ;

static void nap(long milliseconds) {
  struct timespec span = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  while (nanosleep(&span, &span) == -1 && errno == EINTR) {
  }
}

static void hang(void) {
  for (;;) pause();
}

static void close_standard(void) {
  close(0);
  close(1);
  close(2);
}

static void fill(int fd, char byte, long count) {
  char block[65536];
  memset(block, byte, sizeof block);
  while (count > 0) {
    const ssize_t written = write(fd, block, count < (long)sizeof block ? (size_t)count : sizeof block);
    if (written <= 0) _exit(99);
    count -= written;
  }
}

static void print_state(void) {
  printf("fds");
  for (int fd = 0; fd < 4096; ++fd) {
    if (fcntl(fd, F_GETFD) != -1) printf(" %d", fd);
  }
  printf("\nenvironment");
  for (char** entry = environ; *entry != NULL; ++entry) printf(" %s", *entry);
  printf("\nignored");
  for (int number = 1; number < 65; ++number) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN) printf(" %d", number);
  }
  printf("\nblocked");
  sigset_t set;
  sigprocmask(SIG_SETMASK, NULL, &set);
  for (int number = 1; number < 65; ++number) {
    if (sigismember(&set, number) == 1) printf(" %d", number);
  }
  printf("\nleader %s\n", getpgrp() == getpid() ? "yes" : "no");
}

/* Outlives SIGKILL: a helper in another session holds this process in its exit stop for some seconds, much as a
   dead NFS server holds one in the kernel. */
static int unkillable(long milliseconds) {
  int ready[2];
  if (pipe(ready) == -1) return 77;
  const pid_t victim = getpid();
  const pid_t middle = fork();
  if (middle == 0) {
    if (fork() != 0) _exit(0);
    setsid();
    close_standard();
    char answer = 'n';
    nap(50); /* until the victim has named us */
    if (ptrace(PTRACE_SEIZE, victim, NULL, (void*)PTRACE_O_TRACEEXIT) == 0) answer = 'y';
    if (write(ready[1], &answer, 1) != 1 || answer == 'n') _exit(1);
    close(ready[0]);
    close(ready[1]);
    for (;;) {
      int status = 0;
      if (waitpid(victim, &status, __WALL) == -1 || WIFEXITED(status) || WIFSIGNALED(status)) _exit(0);
      if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_EXIT << 8))) {
        nap(milliseconds);
        ptrace(PTRACE_CONT, victim, NULL, NULL);
        continue;
      }
      const int number = status >> 16 == 0 ? WSTOPSIG(status) : 0;
      ptrace(PTRACE_CONT, victim, NULL, (void*)(long)number);
    }
  }
  prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
  waitpid(middle, NULL, 0);
  signal(SIGTERM, SIG_IGN);
  char answer = 'n';
  if (read(ready[0], &answer, 1) != 1 || answer != 'y') return 77;
  hang();
  return 0;
}

static void say_bye(int number) {
  (void)number;
  if (write(1, "bye", 3) != 3) _exit(98);
  _exit(3);
}

int main(int argc, char** argv) {
  const char* mode = argc > 1 ? argv[1] : "";
  const long number = argc > 2 ? atol(argv[2]) : 0;
  const struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);

#define MODE(name) if (strcmp(mode, name) == 0)
  MODE("exit") return (int)number;
  MODE("hello") {
    if (write(1, "hello out\n", 10) != 10 || write(2, "hello err\n", 10) != 10) return 1;
    return 0;
  }
  MODE("sleep") {
    nap(number);
    return 0;
  }
  MODE("segv") raise(SIGSEGV);
  MODE("read-stdin") {
    char byte;
    return read(0, &byte, 1) == 0 ? 0 : 9;
  }
  MODE("hang") hang();
  MODE("ignore-term") {
    signal(SIGTERM, SIG_IGN);
    hang();
  }
  MODE("bye-on-term") {
    signal(SIGTERM, say_bye);
    hang();
  }
  MODE("stopped") {
    raise(SIGSTOP);
    hang();
  }
  MODE("close-hang") {
    close_standard();
    hang();
  }
  MODE("close-late") {
    close_standard();
    nap(300);
    return 7;
  }
  MODE("spam") for (;;) fill(1, 's', 65536);
  MODE("grandchild-pipe") {
    if (fork() == 0) nap(20000);
    return 0;
  }
  MODE("grandchild-setsid") {
    if (fork() == 0) {
      setsid();
      nap(20000);
    }
    return 0;
  }
  MODE("grandchild-hang") {
    signal(SIGTERM, SIG_IGN);
    fork();
    hang();
  }
  MODE("grandchild-outlives-term") {
    if (fork() == 0) signal(SIGTERM, SIG_IGN);
    hang();
  }
  MODE("grandchild-silent") { /* it closes the pipes, stays in the group and ignores SIGTERM; the parent hangs */
    if (fork() == 0) {
      signal(SIGTERM, SIG_IGN);
      close_standard();
    }
    hang();
  }
  MODE("out") {
    fill(1, 'o', number);
    return 0;
  }
  MODE("err") {
    fill(2, 'e', number);
    return 0;
  }
  MODE("both") {
    if (fork() == 0) {
      fill(2, 'e', number);
      _exit(0);
    }
    fill(1, 'o', number);
    int status = 0;
    wait(&status);
    return status != 0;
  }
  MODE("head-tail") {
    fill(1, 'H', 1000);
    fill(1, 'x', number);
    fill(1, 'T', 1000);
    return 0;
  }
  MODE("state") {
    print_state();
    return 0;
  }
  MODE("words") {
    for (int i = 0; i < argc; ++i) fwrite(argv[i], 1, strlen(argv[i]) + 1, stdout);
    return 0;
  }
  MODE("log") { /* misbehaving_child log MILLISECONDS FILE: '+' at the start, '-' at the end */
    const int fd = open(argv[3], O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (write(fd, "+", 1) != 1) return 1;
    nap(number);
    if (write(fd, "-", 1) != 1) return 1;
    return 0;
  }
  MODE("late") { /* misbehaving_child late MILLISECONDS FILE: speaks late, and only then writes the file */
    nap(number);
    const ssize_t written = write(1, "late\n", 5);
    const int fd = open(argv[3], O_WRONLY | O_CREAT, 0600);
    if (fd == -1 || write(fd, written == 5 ? "y" : "n", 1) != 1) return 1;
    return 0;
  }
  MODE("unkillable") return unkillable(number);
  fprintf(stderr, "misbehaving_child: unknown mode '%s'\n", mode);
  return 2;
}
