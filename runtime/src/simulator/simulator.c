/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* simulator.c - GPU kernels on the host, with checks that no GPU makes. */
#include "simulator.h"
#include "fiber.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kWarp = 32, kMostThreads = 1024, kMostShared = 64, kStackBytes = 64 << 10 };

typedef enum { RUNNABLE, AT_BARRIER, AT_EXCHANGE, DONE } state_t;

/* A copy that has been started and not been waited for. */
typedef struct {
  uint8_t *to;
  const uint8_t *from;
  int64_t bytes, read;
  int64_t group;
} copy_t;

typedef struct sim_thread {
  gradus_fiber_t fiber;
  state_t state;
  int32_t site; /* of the barrier */
  /* What lanes do together once all of a warp have arrived. */
  const char *exchange_name;
  void (*exchange)(struct sim_thread *lanes);
  uint32_t words[10]; /* offered, then received */
  copy_t *copies;
  int64_t copy_count, copy_capacity, group;
} sim_thread_t;

/* Who touched two bytes of shared memory since the last barrier; threads are
 * counted from 1, and MANY stands for several readers. */
enum { MANY = 0xffff };
typedef struct {
  uint32_t write_epoch, read_epoch;
  uint16_t writer, reader;
  uint16_t copier; /* whose copy is under way */
  bool written;
} word_t;
enum { kWord = 2 };

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
  if (s->threads[s->current].copy_count)
    violation("ends without waiting for a copy it has started");
  park(DONE);
}

int32_t gradus_sim_thread(void) { return sim->current; }
int32_t gradus_sim_block(void) { return (int32_t)sim->block; }
int32_t gradus_sim_threads(void) { return (int32_t)sim->kernel->threads; }

void gradus_sim_barrier(int32_t site) {
  sim->threads[sim->current].site = site;
  park(AT_BARRIER);
}

/* Offers `words` to the warp; returns when all lanes have, and have exchanged. */
static void exchange(const char *name, void (*together)(sim_thread_t *lanes), void *words, size_t bytes) {
  sim_thread_t *t = &sim->threads[sim->current];
  t->exchange_name = name;
  t->exchange = together;
  memcpy(t->words, words, bytes);
  park(AT_EXCHANGE);
  memcpy(words, t->words, bytes);
}

static void shuffle(sim_thread_t *lanes) {
  uint32_t offered[kWarp];
  for (int i = 0; i < kWarp; ++i)
    offered[i] = lanes[i].words[0];
  for (int i = 0; i < kWarp; ++i)
    lanes[i].words[0] = offered[(i ^ (int)lanes[i].words[1]) & (kWarp - 1)];
}

int32_t gradus_sim_shuffle_xor(int32_t value, int32_t lane_mask) {
  int32_t words[2] = {value, lane_mask};
  exchange("a shuffle", shuffle, words, sizeof words);
  return words[0];
}

static float real_of(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* The f32 next to a value, towards zero. */
static float cut(double value) {
  float near = (float)value;
  bool beyond = near > 0 ? near > value : near < 0 && near < value;
  return beyond ? real_of(bits_of(near) - 1) : near;
}

/* d = a b + c on whole matrices; `block` products are added at a time. */
static void multiply(const double a[16][16], const double b[16][8], double c[16][8], int depth, int block) {
  for (int m = 0; m < 16; ++m)
    for (int n = 0; n < 8; ++n)
      for (int k = 0; k < depth; k += block) {
        double sum = 0;
        for (int i = k; i < k + block; ++i)
          sum += a[m][i] * b[i][n];
        c[m][n] = cut(c[m][n] + sum);
      }
}

static void mma(sim_thread_t *lanes, bool tf32) {
  double a[16][16], b[16][8], c[16][8];
  for (int lane = 0; lane < kWarp; ++lane) {
    const uint32_t *w = lanes[lane].words;
    int g = lane / 4, t = lane % 4;
    for (int i = 0; i < 6; ++i) {
      bool left = i < 4;
      int row = left ? g + 8 * (i % 2) : g, high = left ? i / 2 : i - 4;
      if (tf32) {
        double v = real_of(w[i] & 0xffffe000u);
        *(left ? &a[row][t + 4 * high] : &b[t + 4 * high][row]) = v;
        continue;
      }
      for (int half = 0; half < 2; ++half) {
        double v = real_of(half ? w[i] & 0xffff0000u : w[i] << 16);
        *(left ? &a[row][2 * t + half + 8 * high] : &b[2 * t + half + 8 * high][row]) = v;
      }
    }
    for (int i = 0; i < 4; ++i)
      c[g + 8 * (i / 2)][2 * t + i % 2] = real_of(w[6 + i]);
  }
  multiply(a, b, c, tf32 ? 8 : 16, tf32 ? 4 : 8);
  for (int lane = 0; lane < kWarp; ++lane)
    for (int i = 0; i < 4; ++i)
      lanes[lane].words[6 + i] = bits_of((float)c[lane / 4 + 8 * (i / 2)][2 * (lane % 4) + i % 2]);
}

static void mma_bf16(sim_thread_t *lanes) { mma(lanes, false); }
static void mma_tf32(sim_thread_t *lanes) { mma(lanes, true); }

void gradus_sim_mma(int32_t tf32, const uint32_t factors[6], float sums[4]) {
  uint32_t words[10];
  memcpy(words, factors, 6 * sizeof *words);
  memcpy(words + 6, sums, 4 * sizeof *words);
  exchange("a matrix product", tf32 ? mma_tf32 : mma_bf16, words, sizeof words);
  memcpy(sums, words + 6, 4 * sizeof *words);
}

static void share_matrices(sim_thread_t *lanes, bool transposed) {
  uint16_t matrix[4][8][8];
  for (int lane = 0; lane < kWarp; ++lane)
    memcpy(matrix[lane / 8][lane % 8], lanes[lane].words, sizeof matrix[0][0]);
  for (int lane = 0; lane < kWarp; ++lane)
    for (int i = 0; i < 4; ++i) {
      int row = lane / 4, column = 2 * (lane % 4);
      uint32_t low = transposed ? matrix[i][column][row] : matrix[i][row][column];
      uint32_t high = transposed ? matrix[i][column + 1][row] : matrix[i][row][column + 1];
      lanes[lane].words[i] = low | high << 16;
    }
}

static void share_rows(sim_thread_t *lanes) { share_matrices(lanes, false); }
static void share_columns(sim_thread_t *lanes) { share_matrices(lanes, true); }

void gradus_sim_load_matrices(const void *row, int32_t transposed, uint32_t out[4]) {
  gradus_sim_access(row, 16, 16, GRADUS_SIM_SHARED);
  memcpy(out, row, 16);
  exchange("a load of matrices", transposed ? share_columns : share_rows, out, 16);
}

int32_t gradus_sim_to_tf32(float value) {
  uint32_t bits = bits_of(value);
  if ((bits & 0x7fffffffu) >= 0x7f800000u) /* infinity stays; NaN is one number */
    return (int32_t)(bits & 0x7fffffu ? 0x7fffe000u : bits);
  return (int32_t)((bits + 0x1000u) & 0xffffe000u);
}

int16_t gradus_sim_to_bf16(float value) {
  uint32_t bits = bits_of(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u)
    return 0x7fff;
  return (int16_t)((bits + 0x7fffu + (bits >> 16 & 1)) >> 16);
}

void *gradus_sim_shared(int32_t id, int64_t bytes, int64_t alignment) {
  if (id >= kMostShared)
    violation("has more shared buffers than the simulator knows");
  shared_t *s = &sim->shared[id];
  if (s->bytes < bytes) {
    uint8_t *block = aligned_alloc(128, (size_t)(bytes + alignment + 127) / 128 * 128);
    s->words = calloc((size_t)(bytes + kWord - 1) / kWord, sizeof *s->words);
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
  if (w->copier) {
    snprintf(text, sizeof text, "%s shared memory that a copy of thread %d still fills", write ? "writes" : "reads",
             w->copier - 1);
    violation(text);
  }
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

/* The words of shared memory that [at, at + bytes) touches, and how many. */
static word_t *shared_words(const uint8_t *at, int64_t bytes, bool write, int64_t *out_count) {
  for (int i = 0; i < kMostShared && sim->shared[i].base; ++i) {
    shared_t *s = &sim->shared[i];
    if (at < s->base || at >= s->base + s->bytes)
      continue;
    if (at + bytes > s->base + s->bytes)
      break;
    int64_t first = (at - s->base) / kWord;
    *out_count = (at - s->base + bytes - 1) / kWord - first + 1;
    return &s->words[first];
  }
  violation(write ? "writes outside of shared memory" : "reads outside of shared memory");
}

static void check_shared(const uint8_t *at, int64_t bytes, bool write) {
  int64_t count;
  word_t *words = shared_words(at, bytes, write, &count);
  for (int64_t w = 0; w < count; ++w)
    check_word(&words[w], write);
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

void gradus_sim_copy_async(void *shared, const void *global, int64_t bytes, int32_t read) {
  sim_thread_t *t = &sim->threads[sim->current];
  if (read < 0 || read > bytes) {
    char text[64];
    snprintf(text, sizeof text, "copies %d bytes into %d", read, (int)bytes);
    violation(text);
  }
  gradus_sim_access(shared, bytes, bytes, GRADUS_SIM_SHARED | GRADUS_SIM_WRITE);
  if (read)
    gradus_sim_access(global, read, bytes, 0);
  int64_t count;
  word_t *words = shared_words(shared, bytes, true, &count);
  for (int64_t w = 0; w < count; ++w)
    words[w].copier = (uint16_t)(sim->current + 1);
  if (t->copy_count == t->copy_capacity) {
    t->copy_capacity = t->copy_capacity ? 2 * t->copy_capacity : 16;
    t->copies = realloc(t->copies, (size_t)t->copy_capacity * sizeof *t->copies);
    if (!t->copies)
      violation("out of memory for copies");
  }
  t->copies[t->copy_count++] = (copy_t){shared, global, bytes, read, t->group};
}

void gradus_sim_commit(void) { ++sim->threads[sim->current].group; }

void gradus_sim_wait(int32_t groups) {
  sim_thread_t *t = &sim->threads[sim->current];
  int64_t left = 0;
  for (int64_t i = 0; i < t->copy_count; ++i) {
    const copy_t *copy = &t->copies[i];
    if (copy->group >= t->group - groups) {
      t->copies[left++] = *copy;
      continue;
    }
    memcpy(copy->to, copy->from, (size_t)copy->read);
    memset(copy->to + copy->read, 0, (size_t)(copy->bytes - copy->read));
    /* From now on it is as if this thread had just written it. */
    int64_t count;
    word_t *words = shared_words(copy->to, copy->bytes, true, &count);
    for (int64_t w = 0; w < count; ++w) {
      words[w].copier = 0;
      check_word(&words[w], true);
    }
  }
  t->copy_count = left;
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
      waiting += sim->threads[t].state == AT_EXCHANGE;
    }
    if (!waiting)
      return;
    for (sim->current = first; sim->threads[sim->current].state != AT_EXCHANGE;)
      ++sim->current;
    sim_thread_t *lanes = &sim->threads[first], *one = &sim->threads[sim->current];
    for (int lane = 0; lane < kWarp; ++lane)
      if (waiting < kWarp || lanes[lane].exchange != one->exchange) {
        char text[120];
        snprintf(text, sizeof text, "waits for %s that not all lanes of its warp take part in", one->exchange_name);
        violation(text);
      }
    one->exchange(lanes);
    for (int lane = 0; lane < kWarp; ++lane)
      lanes[lane].state = RUNNABLE;
  }
}

static void run_block(void) {
  int count = (int)sim->kernel->threads;
  for (int i = 0; i < kMostShared && sim->shared[i].base; ++i) {
    memset(sim->shared[i].words, 0, (size_t)(sim->shared[i].bytes + kWord - 1) / kWord * sizeof(word_t));
    memset(sim->shared[i].base, 0xff, (size_t)sim->shared[i].bytes); /* NaN */
  }
  sim->epoch = 1;
  for (int t = 0; t < count; ++t) {
    sim->threads[t].state = RUNNABLE;
    sim->threads[t].group = 0;
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
