// Preloaded into the service: makes its disk fail or be slow, and its clock be wrong, as a shared page says.
// Only files below MENSHEN_FAULT_BELOW are concerned; the page is the file MENSHEN_FAULT_PAGE.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

struct page {
  int32_t write_errno;
  int32_t sync_errno;
  int32_t read_errno;
  int32_t sync_delay_ms;
  int64_t clock_offset_s;
  // Written here, for whoever set the fault: how often it struck since the page was new.
  int64_t failed;
  int64_t delayed;
};

static struct page no_fault;
static volatile struct page *page = &no_fault;
static const char *below = "";

__attribute__((constructor)) static void begin(void) {
  const char *name = getenv("MENSHEN_FAULT_PAGE");
  const char *folder = getenv("MENSHEN_FAULT_BELOW");
  if (name == NULL || folder == NULL) return;
  below = folder;
  const int descriptor = open(name, O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return;
  void *mapped = mmap(NULL, sizeof(struct page), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (mapped != MAP_FAILED) page = mapped;
  close(descriptor);
}

static int concerns(int descriptor) {
  char link[64];
  char path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = '\0';
  return strncmp(path, below, strlen(below)) == 0;
}

static int fails(int wanted, int descriptor) {
  if (wanted == 0 || !concerns(descriptor)) return 0;
  __atomic_add_fetch(&page->failed, 1, __ATOMIC_RELAXED);
  errno = wanted;
  return 1;
}

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

ssize_t write(int descriptor, const void *bytes, size_t count) {
  if (fails(page->write_errno, descriptor)) return -1;
  ssize_t (*real)(int, const void *, size_t) = next("write");
  return real(descriptor, bytes, count);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t at) {
  if (fails(page->write_errno, descriptor)) return -1;
  ssize_t (*real)(int, const void *, size_t, off_t) = next("pwrite");
  return real(descriptor, bytes, count, at);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t at) {
  if (fails(page->write_errno, descriptor)) return -1;
  ssize_t (*real)(int, const void *, size_t, off64_t) = next("pwrite64");
  return real(descriptor, bytes, count, at);
}

ssize_t read(int descriptor, void *bytes, size_t count) {
  if (fails(page->read_errno, descriptor)) return -1;
  ssize_t (*real)(int, void *, size_t) = next("read");
  return real(descriptor, bytes, count);
}

ssize_t pread(int descriptor, void *bytes, size_t count, off_t at) {
  if (fails(page->read_errno, descriptor)) return -1;
  ssize_t (*real)(int, void *, size_t, off_t) = next("pread");
  return real(descriptor, bytes, count, at);
}

ssize_t pread64(int descriptor, void *bytes, size_t count, off64_t at) {
  if (fails(page->read_errno, descriptor)) return -1;
  ssize_t (*real)(int, void *, size_t, off64_t) = next("pread64");
  return real(descriptor, bytes, count, at);
}

static int synced(int descriptor, const char *name) {
  if (fails(page->sync_errno, descriptor)) return -1;
  if (page->sync_delay_ms > 0 && concerns(descriptor)) {
    __atomic_add_fetch(&page->delayed, 1, __ATOMIC_RELAXED);
    usleep((useconds_t)page->sync_delay_ms * 1000);
  }
  int (*real)(int) = next(name);
  return real(descriptor);
}

int fsync(int descriptor) { return synced(descriptor, "fsync"); }
int fdatasync(int descriptor) { return synced(descriptor, "fdatasync"); }

int ftruncate(int descriptor, off_t length) {
  if (fails(page->write_errno, descriptor)) return -1;
  int (*real)(int, off_t) = next("ftruncate");
  return real(descriptor, length);
}

int ftruncate64(int descriptor, off64_t length) {
  if (fails(page->write_errno, descriptor)) return -1;
  int (*real)(int, off64_t) = next("ftruncate64");
  return real(descriptor, length);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int (*real)(clockid_t, struct timespec *) = next("clock_gettime");
  const int result = real(clock, now);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += page->clock_offset_s;
  return result;
}

int gettimeofday(struct timeval *now, void *zone) {
  int (*real)(struct timeval *, void *) = next("gettimeofday");
  const int result = real(now, zone);
  if (result == 0 && now != NULL) now->tv_sec += page->clock_offset_s;
  return result;
}

time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != NULL) *out = now.tv_sec;
  return now.tv_sec;
}
