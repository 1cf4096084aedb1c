/* simulator.c - GPU kernels on the host, with checks that no GPU makes. */
#include "simulator.h"
#include "fiber.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kWarp = 32, kMostThreads = 1024, kMostShared = 64, kStackBytes = 64 << 10 };

typedef enum { RUNNABLE, AT_BARRIER, AT_SHUFFLE, DONE } state_t;

typedef struct {
  gradus_fiber_t fiber;
  state_t state;
  int32_t site;  /* of the barrier */
  int32_t value; /* offered, then received */
  int32_t lane_mask;
} sim_thread_t;

/* Who touched four bytes of shared memory since the last barrier; threads are
 * counted from 1, and MANY stands for several readers. */
enum { MANY = 0xffff };
typedef struct {
  uint32_t write_epoch, read_epoch;
  uint16_t writer, reader;
  bool written;
} word_t;

typedef struct {
  uint8_t *block; /* what was allocated */
  uint8_t *base;
  int64_t bytes;
  word_t *words;
} shared_t;

typedef struct {
  const gradus_sim_kernel_t *kernel;
  void *const *args;
  void *scratch;
  int64_t block;
  int current;
  uint32_t epoch;
  gradus_fiber_t scheduler;
  uint8_t *stacks;
  sim_thread_t threads[kMostThreads];
  shared_t shared[kMostShared];
} simulator_t;

static _Thread_local simulator_t *sim;

static _Noreturn void violation(const char *what) {
  const gradus_sim_kernel_t *k = sim->kernel;
  fflush(stdout);
  fprintf(stderr, "%s%serror: kernel %s, block %lld, thread %d: %s\n", k->location, *k->location ? ": " : "", k->name,
          (long long)sim->block, sim->current, what);
  exit(1);
}

static void park(state_t state) {
  sim_thread_t *t = &sim->threads[sim->current];
  t->state = state;
  gradus_fiber_switch(&t->fiber, &sim->scheduler);
}

static void thread_main(void *argument) {
  simulator_t *s = argument;
  s->kernel->body(s->args, s->scratch);
  park(DONE);
}

int32_t gradus_sim_thread(void) { return sim->current; }
int32_t gradus_sim_block(void) { return (int32_t)sim->block; }
int32_t gradus_sim_threads(void) { return (int32_t)sim->kernel->threads; }

void gradus_sim_barrier(int32_t site) {
  sim->threads[sim->current].site = site;
  park(AT_BARRIER);
}

int32_t gradus_sim_shuffle_xor(int32_t value, int32_t lane_mask) {
  sim_thread_t *t = &sim->threads[sim->current];
  t->value = value;
  t->lane_mask = lane_mask;
  park(AT_SHUFFLE);
  return t->value;
}

void *gradus_sim_shared(int32_t id, int64_t bytes, int64_t alignment) {
  if (id >= kMostShared)
    violation("has more shared buffers than the simulator knows");
  shared_t *s = &sim->shared[id];
  if (s->bytes < bytes) {
    uint8_t *block = aligned_alloc(128, (size_t)(bytes + alignment + 127) / 128 * 128);
    s->words = calloc((size_t)(bytes + 3) / 4, sizeof *s->words);
    if (!block || !s->words)
      violation("out of memory for shared buffers");
    s->block = block;
    s->base = block + alignment % 128;
    s->bytes = bytes;
  }
  return s->base;
}

static void check_word(word_t *w, bool write) {
  uint16_t self = (uint16_t)(sim->current + 1);
  bool written_now = w->write_epoch == sim->epoch, read_now = w->read_epoch == sim->epoch;
  char text[160];
  if (!write && !w->written)
    violation("reads shared memory that nothing wrote");
  if (written_now && w->writer != self) {
    snprintf(text, sizeof text, "%s shared memory that thread %d writes, without a barrier between them",
             write ? "writes" : "reads", w->writer - 1);
    violation(text);
  }
  if (write && read_now && w->reader != self) {
    snprintf(text, sizeof text, "writes shared memory that %s reads, without a barrier between them",
             w->reader == MANY ? "another thread" : "a thread");
    violation(text);
  }
  if (write) {
    w->writer = self;
    w->write_epoch = sim->epoch;
    w->written = true;
  } else {
    w->reader = read_now && w->reader != self ? MANY : self;
    w->read_epoch = sim->epoch;
  }
}

static void check_shared(const uint8_t *at, int64_t bytes, bool write) {
  for (int i = 0; i < kMostShared && sim->shared[i].base; ++i) {
    shared_t *s = &sim->shared[i];
    if (at < s->base || at >= s->base + s->bytes)
      continue;
    if (at + bytes > s->base + s->bytes)
      break;
    for (int64_t w = (at - s->base) / 4; w <= (at - s->base + bytes - 1) / 4; ++w)
      check_word(&s->words[w], write);
    return;
  }
  violation(write ? "writes outside of shared memory" : "reads outside of shared memory");
}

static void check_global(const uint8_t *at, int64_t bytes, bool write) {
  const gradus_sim_kernel_t *k = sim->kernel;
  for (uint64_t i = 0; i < k->arg_count; ++i) {
    const uint8_t *base = sim->args[i];
    if (at >= base && at + bytes <= base + k->arg_bytes[i])
      return;
  }
  const uint8_t *scratch = sim->scratch;
  if (scratch && at >= scratch && at + bytes <= scratch + k->scratch_bytes)
    return;
  violation(write ? "writes outside of every buffer" : "reads outside of every buffer");
}

void gradus_sim_access(const void *address, int64_t bytes, int64_t alignment, int32_t flags) {
  if ((uintptr_t)address % (uintptr_t)alignment)
    violation("accesses memory at an address that is not aligned");
  if (flags & GRADUS_SIM_SHARED)
    check_shared(address, bytes, flags & GRADUS_SIM_WRITE);
  else
    check_global(address, bytes, flags & GRADUS_SIM_WRITE);
}

/* All lanes of the warp that begins at `first` have offered a value. */
static void exchange(int first) {
  int32_t offered[kWarp];
  for (int i = 0; i < kWarp; ++i)
    offered[i] = sim->threads[first + i].value;
  for (int i = 0; i < kWarp; ++i) {
    sim_thread_t *t = &sim->threads[first + i];
    t->value = offered[(i ^ t->lane_mask) & (kWarp - 1)];
    t->state = RUNNABLE;
  }
}

static void resume(int t) {
  sim->current = t;
  gradus_fiber_switch(&sim->scheduler, &sim->threads[t].fiber);
}

/* Runs a warp until each of its threads waits for the block or is done. */
static void run_warp(int first, int count) {
  while (true) {
    int waiting = 0;
    for (int t = first; t < first + count; ++t) {
      if (sim->threads[t].state == RUNNABLE)
        resume(t);
      waiting += sim->threads[t].state == AT_SHUFFLE;
    }
    if (!waiting)
      return;
    if (waiting < kWarp) {
      for (sim->current = first; sim->threads[sim->current].state != AT_SHUFFLE;)
        ++sim->current;
      violation("waits for a shuffle that not all lanes of its warp take part in");
    }
    exchange(first);
  }
}

static void run_block(void) {
  int count = (int)sim->kernel->threads;
  for (int i = 0; i < kMostShared && sim->shared[i].base; ++i) {
    memset(sim->shared[i].words, 0, (size_t)(sim->shared[i].bytes + 3) / 4 * sizeof(word_t));
    memset(sim->shared[i].base, 0xff, (size_t)sim->shared[i].bytes); /* NaN */
  }
  sim->epoch = 1;
  for (int t = 0; t < count; ++t) {
    sim->threads[t].state = RUNNABLE;
    gradus_fiber_start(&sim->threads[t].fiber, sim->stacks + (size_t)t * kStackBytes, kStackBytes, thread_main, sim);
  }
  while (true) {
    int waiting = 0, site = -1;
    for (int first = 0; first < count; first += kWarp)
      run_warp(first, count - first < kWarp ? count - first : kWarp);
    for (int t = 0; t < count; ++t) {
      sim_thread_t *thread = &sim->threads[t];
      if (thread->state != AT_BARRIER)
        continue;
      sim->current = t;
      if (waiting++ && thread->site != site)
        violation("waits at another barrier than threads before it");
      site = thread->site;
    }
    if (!waiting)
      return;
    if (waiting < count)
      violation("waits at a barrier that some threads of its block never reach");
    for (int t = 0; t < count; ++t)
      sim->threads[t].state = RUNNABLE;
    ++sim->epoch;
  }
}

void gradus_sim_run(const gradus_sim_kernel_t *kernel, void *const *args, int64_t begin, int64_t end, void *scratch) {
  if (!sim) { /* one per host thread, kept until the process ends */
    sim = calloc(1, sizeof *sim);
    if (sim)
      sim->stacks = aligned_alloc(64, (size_t)kMostThreads * kStackBytes);
    if (!sim || !sim->stacks) {
      fprintf(stderr, "error: out of memory for simulated threads\n");
      exit(1);
    }
  }
  sim->kernel = kernel;
  sim->args = args;
  sim->scratch = scratch;
  /* Shared buffers are those of this kernel. */
  for (int i = 0; i < kMostShared && sim->shared[i].base; ++i) {
    free(sim->shared[i].block);
    free(sim->shared[i].words);
    sim->shared[i] = (shared_t){0};
  }
  for (sim->block = begin; sim->block < end; ++sim->block)
    run_block();
}
