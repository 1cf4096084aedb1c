//===- ThreadsTest.cpp - The pool of threads ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "devices/host/threads.h"
}
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>
#include <vector>

namespace {

struct Job {
  std::vector<int> calls;
  int count = 0;
};

void work(void *context, int index, int count) {
  Job *job = static_cast<Job *>(context);
  ++job->calls[static_cast<size_t>(index)]; // each thread its own
  if (index == 0)
    job->count = count;
}

TEST(Threads, EachThreadDoesItsPartOnceARound) {
  for (int count : {1, 2, 3, 8}) {
    gradus_pool_t *pool;
    gradus_error_t error;
    ASSERT_EQ(gradus_pool_create(count, /*flush_denormals=*/true, &pool, &error), 0) << error.text;
    EXPECT_EQ(gradus_pool_size(pool), count);
    Job job;
    job.calls.resize(static_cast<size_t>(count));
    for (int round = 0; round < 500; ++round)
      gradus_pool_run(pool, work, &job);
    for (int calls : job.calls)
      EXPECT_EQ(calls, 500);
    EXPECT_EQ(job.count, count);
    gradus_pool_destroy(pool);
  }
}

TEST(Threads, WorkArrivesAfterThreadsHaveGoneToSleep) {
  gradus_pool_t *pool;
  gradus_error_t error;
  ASSERT_EQ(gradus_pool_create(3, /*flush_denormals=*/true, &pool, &error), 0) << error.text;
  Job job;
  job.calls.resize(3);
  for (int round = 0; round < 5; ++round) {
    usleep(5000);
    gradus_pool_run(pool, work, &job);
  }
  EXPECT_EQ(job.calls, std::vector<int>({5, 5, 5}));
  gradus_pool_destroy(pool);
}

TEST(Threads, DestroyUnbindsTheCaller) {
  cpu_set_t before, after;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  gradus_pool_t *pool;
  gradus_error_t error;
  ASSERT_EQ(gradus_pool_create(2, /*flush_denormals=*/true, &pool, &error), 0) << error.text;
  gradus_pool_destroy(pool);
  ASSERT_EQ(sched_getaffinity(0, sizeof after, &after), 0);
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
  gradus_pool_destroy(nullptr);
}

#if defined(__x86_64__)
TEST(Threads, DenormalsAreFlushedAndRestored) {
  volatile float tiny = 1e-38f;
  unsigned mode = gradus_flush_denormals();
  volatile float flushed = tiny * 0.1f;
  gradus_restore_denormals(mode);
  volatile float kept = tiny * 0.1f;
  EXPECT_EQ(flushed, 0);
  EXPECT_GT(kept, 0);
}
#endif

} // namespace
