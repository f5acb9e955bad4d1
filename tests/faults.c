/* Makes one call of a program fail: the n-th write, sync, rename, link or truncation of a file below a folder.
 *
 * Loaded with LD_PRELOAD. FAULT_ROOT is the folder, FAULT_AT the number of the call (from 1), FAULT_KIND is
 *   kill    half of the bytes are written, then the process is killed with SIGKILL;
 *   full    half of the bytes are written, then the disk is full: this call and all later writes fail with ENOSPC;
 *   broken  the call fails with EIO, once.
 * At its end the program prints how many such calls there were to the file descriptor FAULT_REPORT, if that is set.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;
static const char *root, *kind;
static long at;

__attribute__((constructor)) static void start(void) {
    root = getenv("FAULT_ROOT");
    kind = getenv("FAULT_KIND");
    at = getenv("FAULT_AT") ? atol(getenv("FAULT_AT")) : 0;
}

__attribute__((destructor)) static void finish(void) {
    if (getenv("FAULT_REPORT")) dprintf(atoi(getenv("FAULT_REPORT")), "%ld\n", calls);
}

static int below(const char *path) { return root && !strncmp(path, root, strlen(root)); }

static int watched(int fd) {
    char link[64], path[PATH_MAX];
    ssize_t length;
    if (!root) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

/* 0: go on; 1: this call is to be cut short; 2: it is to fail. */
static int fault(int writes) {
    long number = atomic_fetch_add(&calls, 1) + 1;
    if (!at || number < at) return 0;
    if (number == at) return strcmp(kind, "broken") && writes ? 1 : 2;
    return !strcmp(kind, "full") && writes ? 2 : 0;
}

static int fail(void) {
    if (!strcmp(kind, "kill")) kill(getpid(), SIGKILL);
    errno = strcmp(kind, "full") ? EIO : ENOSPC;
    return -1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t size) {
    int what = watched(fd) ? fault(1) : 0;
    if (what == 1 && size > 1) REAL(write)(fd, data, size / 2);
    return what ? fail() : REAL(write)(fd, data, size);
}

static ssize_t placed(ssize_t (*real)(int, const void *, size_t, off64_t), int fd, const void *data, size_t size, off64_t offset) {
    int what = watched(fd) ? fault(1) : 0;
    if (what == 1 && size > 1) real(fd, data, size / 2, offset);
    return what ? fail() : real(fd, data, size, offset);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return placed(REAL(pwrite64), fd, data, size, offset); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) { return placed(REAL(pwrite64), fd, data, size, offset); }
ssize_t writev(int fd, const struct iovec *parts, int count) { return watched(fd) && fault(1) ? fail() : REAL(writev)(fd, parts, count); }
int ftruncate(int fd, off_t size) { return watched(fd) && fault(0) ? fail() : REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { return watched(fd) && fault(0) ? fail() : REAL(ftruncate64)(fd, size); }
int fsync(int fd) { return watched(fd) && fault(0) ? fail() : REAL(fsync)(fd); }
int fdatasync(int fd) { return watched(fd) && fault(0) ? fail() : REAL(fdatasync)(fd); }
int rename(const char *from, const char *to) { return below(to) && fault(0) ? fail() : REAL(rename)(from, to); }
int renameat(int a, const char *from, int b, const char *to) { return below(to) && fault(0) ? fail() : REAL(renameat)(a, from, b, to); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    return below(to) && fault(0) ? fail() : REAL(renameat2)(a, from, b, to, flags);
}
int link(const char *from, const char *to) { return below(to) && fault(0) ? fail() : REAL(link)(from, to); }
int linkat(int a, const char *from, int b, const char *to, int flags) {
    return below(to) && fault(0) ? fail() : REAL(linkat)(a, from, b, to, flags);
}
