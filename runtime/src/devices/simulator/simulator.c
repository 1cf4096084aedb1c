//===- simulator.c - GPU kernels on the host, with checks that no GPU makes ===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "devices/simulator/state.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Thread_local simulator_t *gradus_sim_state;

_Noreturn void gradus_sim_violation(const char *what) {
  const gradus_sim_kernel_t *k = gradus_sim_state->kernel;
  fflush(stdout);
  fprintf(stderr, "%s%serror: kernel %s, block %lld, thread %d: %s\n", k->location, *k->location ? ": " : "", k->name,
          (long long)gradus_sim_state->block, gradus_sim_state->current, what);
  exit(1);
}

void gradus_sim_park(state_t state) {
  sim_thread_t *t = &gradus_sim_state->threads[gradus_sim_state->current];
  t->state = state;
  gradus_fiber_switch(&t->fiber, &gradus_sim_state->scheduler);
}

static void thread_main(void *argument) {
  simulator_t *s = argument;
  s->kernel->body(s->args, s->scratch);
  if (s->threads[s->current].copy_count)
    gradus_sim_violation("ends without waiting for a copy it has started");
  gradus_sim_park(DONE);
}

int32_t gradus_sim_thread(void) { return gradus_sim_state->current; }
int32_t gradus_sim_block(void) { return (int32_t)gradus_sim_state->block; }
int32_t gradus_sim_threads(void) { return (int32_t)gradus_sim_state->kernel->threads; }

void gradus_sim_barrier(int32_t site) {
  gradus_sim_state->threads[gradus_sim_state->current].site = site;
  gradus_sim_park(AT_BARRIER);
}

/// Lets CUDA thread `t` run until it parks.
static void resume(int t) {
  gradus_sim_state->current = t;
  gradus_fiber_switch(&gradus_sim_state->scheduler, &gradus_sim_state->threads[t].fiber);
}

/// Checks that all lanes of the warp wait for the same exchange, `waiting` of them for
/// any, and makes the first that waits the running thread.
static void check_exchange(int first, int waiting) {
  int current = first;
  while (gradus_sim_state->threads[current].state != AT_EXCHANGE)
    ++current;
  gradus_sim_state->current = current;
  const sim_thread_t *lanes = &gradus_sim_state->threads[first], *one = &gradus_sim_state->threads[current];
  for (int lane = 0; lane < kWarp; ++lane)
    if (waiting < kWarp || lanes[lane].exchange != one->exchange) {
      char text[120];
      snprintf(text, sizeof text, "waits for %s that not all lanes of its warp take part in", one->exchange_name);
      gradus_sim_violation(text);
    }
}

/// Runs a warp until each of its threads waits for the block or is done.
static void run_warp(int first, int count) {
  while (true) {
    int waiting = 0;
    for (int t = first; t < first + count; ++t) {
      if (gradus_sim_state->threads[t].state == RUNNABLE)
        resume(t);
      waiting += gradus_sim_state->threads[t].state == AT_EXCHANGE;
    }
    if (!waiting)
      return;
    check_exchange(first, waiting);
    sim_thread_t *lanes = &gradus_sim_state->threads[first];
    gradus_sim_state->threads[gradus_sim_state->current].exchange(lanes);
    for (int lane = 0; lane < kWarp; ++lane)
      lanes[lane].state = RUNNABLE;
  }
}

static void run_block(void) {
  int count = (int)gradus_sim_state->kernel->threads;
  for (int i = 0; i < kMaxShared && gradus_sim_state->shared[i].base; ++i) {
    memset(gradus_sim_state->shared[i].words, 0,
           (size_t)(gradus_sim_state->shared[i].bytes + kWord - 1) / kWord * sizeof(word_t));
    memset(gradus_sim_state->shared[i].base, 0xff, (size_t)gradus_sim_state->shared[i].bytes); // NaN
  }
  gradus_sim_state->epoch = 1;
  for (int t = 0; t < count; ++t) {
    gradus_sim_state->threads[t].state = RUNNABLE;
    gradus_sim_state->threads[t].group = 0;
    gradus_fiber_start(&gradus_sim_state->threads[t].fiber, gradus_sim_state->stacks + (size_t)t * kStackBytes,
                       kStackBytes, thread_main, gradus_sim_state);
  }
  while (true) {
    int waiting = 0, site = -1;
    for (int first = 0; first < count; first += kWarp)
      run_warp(first, count - first < kWarp ? count - first : kWarp);
    for (int t = 0; t < count; ++t) {
      sim_thread_t *thread = &gradus_sim_state->threads[t];
      if (thread->state != AT_BARRIER)
        continue;
      gradus_sim_state->current = t;
      if (waiting++ && thread->site != site)
        gradus_sim_violation("waits at another barrier than threads before it");
      site = thread->site;
    }
    if (!waiting)
      return;
    if (waiting < count)
      gradus_sim_violation("waits at a barrier that some threads of its block never reach");
    for (int t = 0; t < count; ++t)
      gradus_sim_state->threads[t].state = RUNNABLE;
    ++gradus_sim_state->epoch;
  }
}

void gradus_sim_run(const gradus_sim_kernel_t *kernel, void *const *args, int64_t begin, int64_t end, void *scratch) {
  if (!gradus_sim_state) { // one per host thread, kept until the process ends
    gradus_sim_state = calloc(1, sizeof *gradus_sim_state);
    if (gradus_sim_state)
      gradus_sim_state->stacks = aligned_alloc(64, (size_t)kMaxThreads * kStackBytes);
    if (!gradus_sim_state || !gradus_sim_state->stacks) {
      fprintf(stderr, "error: out of memory for simulated threads\n");
      exit(1);
    }
  }
  gradus_sim_state->kernel = kernel;
  gradus_sim_state->args = args;
  gradus_sim_state->scratch = scratch;
  // Shared buffers are those of this kernel.
  for (int i = 0; i < kMaxShared && gradus_sim_state->shared[i].base; ++i) {
    free(gradus_sim_state->shared[i].block);
    free(gradus_sim_state->shared[i].words);
    gradus_sim_state->shared[i] = (shared_t){0};
  }
  for (gradus_sim_state->block = begin; gradus_sim_state->block < end; ++gradus_sim_state->block)
    run_block();
}
