//===- memory.c - Checked memory and asynchronous copies ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "devices/simulator/state.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *gradus_sim_shared(int32_t id, int64_t bytes, int64_t alignment) {
  if (id >= kMaxShared)
    gradus_sim_violation("has more shared buffers than the simulator knows");
  shared_t *s = &gradus_sim_state->shared[id];
  if (s->bytes < bytes) {
    uint8_t *block = aligned_alloc(128, (size_t)(bytes + alignment + 127) / 128 * 128);
    s->words = calloc((size_t)(bytes + kWord - 1) / kWord, sizeof *s->words);
    if (!block || !s->words)
      gradus_sim_violation("out of memory for shared buffers");
    s->block = block;
    s->base = block + alignment % 128;
    s->bytes = bytes;
  }
  return s->base;
}

/// Checks an access of the running thread to two bytes of shared memory.
static void check_word(word_t *w, bool write) {
  uint16_t self = (uint16_t)(gradus_sim_state->current + 1);
  bool written_now = w->write_epoch == gradus_sim_state->epoch, read_now = w->read_epoch == gradus_sim_state->epoch;
  char text[160];
  if (w->copier) {
    snprintf(text, sizeof text, "%s shared memory that a copy of thread %d still fills", write ? "writes" : "reads",
             w->copier - 1);
    gradus_sim_violation(text);
  }
  if (!write && !w->written)
    gradus_sim_violation("reads shared memory that nothing wrote");
  if (written_now && w->writer != self) {
    snprintf(text, sizeof text, "%s shared memory that thread %d writes, without a barrier between them",
             write ? "writes" : "reads", w->writer - 1);
    gradus_sim_violation(text);
  }
  if (write && read_now && w->reader != self) {
    snprintf(text, sizeof text, "writes shared memory that %s reads, without a barrier between them",
             w->reader == MANY ? "another thread" : "a thread");
    gradus_sim_violation(text);
  }
  if (write) {
    w->writer = self;
    w->write_epoch = gradus_sim_state->epoch;
    w->written = true;
  } else {
    w->reader = read_now && w->reader != self ? MANY : self;
    w->read_epoch = gradus_sim_state->epoch;
  }
}

/// The words of shared memory that [at, at + bytes) touches, and how many.
static word_t *shared_words(const uint8_t *at, int64_t bytes, bool write, int64_t *out_count) {
  for (int i = 0; i < kMaxShared && gradus_sim_state->shared[i].base; ++i) {
    shared_t *s = &gradus_sim_state->shared[i];
    if (at < s->base || at >= s->base + s->bytes)
      continue;
    if (at + bytes > s->base + s->bytes)
      break;
    int64_t first = (at - s->base) / kWord;
    *out_count = (at - s->base + bytes - 1) / kWord - first + 1;
    return &s->words[first];
  }
  gradus_sim_violation(write ? "writes outside of shared memory" : "reads outside of shared memory");
}

static void check_shared(const uint8_t *at, int64_t bytes, bool write) {
  int64_t count;
  word_t *words = shared_words(at, bytes, write, &count);
  for (int64_t w = 0; w < count; ++w)
    check_word(&words[w], write);
}

static void check_global(const uint8_t *at, int64_t bytes, bool write) {
  const gradus_sim_kernel_t *k = gradus_sim_state->kernel;
  for (uint64_t i = 0; i < k->arg_count; ++i) {
    const uint8_t *base = gradus_sim_state->args[i];
    if (at >= base && at + bytes <= base + k->arg_bytes[i])
      return;
  }
  const uint8_t *scratch = gradus_sim_state->scratch;
  if (scratch && at >= scratch && at + bytes <= scratch + k->scratch_bytes)
    return;
  gradus_sim_violation(write ? "writes outside of every buffer" : "reads outside of every buffer");
}

static void check_alignment(const void *address, int64_t alignment) {
  if ((uintptr_t)address % (uintptr_t)alignment)
    gradus_sim_violation("accesses memory at an address that is not aligned");
}

void gradus_sim_access_constant(const void *address, int64_t bytes, int64_t alignment, const void *constant,
                                int64_t size) {
  check_alignment(address, alignment);
  const uint8_t *at = address, *base = constant;
  if (at < base || at + bytes > base + size)
    gradus_sim_violation("reads outside of a constant");
}

void gradus_sim_access(const void *address, int64_t bytes, int64_t alignment, int32_t flags) {
  check_alignment(address, alignment);
  if (flags & GRADUS_SIM_SHARED)
    check_shared(address, bytes, flags & GRADUS_SIM_WRITE);
  else
    check_global(address, bytes, flags & GRADUS_SIM_WRITE);
}

void gradus_sim_copy_async(void *shared, const void *global, int64_t bytes, int32_t read) {
  sim_thread_t *t = &gradus_sim_state->threads[gradus_sim_state->current];
  if (read < 0 || read > bytes) {
    char text[64];
    snprintf(text, sizeof text, "copies %d bytes into %d", read, (int)bytes);
    gradus_sim_violation(text);
  }
  gradus_sim_access(shared, bytes, bytes, GRADUS_SIM_SHARED | GRADUS_SIM_WRITE);
  if (read)
    gradus_sim_access(global, read, bytes, 0);
  int64_t count;
  word_t *words = shared_words(shared, bytes, true, &count);
  for (int64_t w = 0; w < count; ++w)
    words[w].copier = (uint16_t)(gradus_sim_state->current + 1);
  if (t->copy_count == t->copy_capacity) {
    t->copy_capacity = t->copy_capacity ? 2 * t->copy_capacity : 16;
    t->copies = realloc(t->copies, (size_t)t->copy_capacity * sizeof *t->copies);
    if (!t->copies)
      gradus_sim_violation("out of memory for copies");
  }
  t->copies[t->copy_count++] = (copy_t){shared, global, bytes, read, t->group};
}

void gradus_sim_commit(void) { ++gradus_sim_state->threads[gradus_sim_state->current].group; }

void gradus_sim_wait(int32_t groups) {
  sim_thread_t *t = &gradus_sim_state->threads[gradus_sim_state->current];
  int64_t left = 0;
  for (int64_t i = 0; i < t->copy_count; ++i) {
    const copy_t *copy = &t->copies[i];
    if (copy->group >= t->group - groups) {
      t->copies[left++] = *copy;
      continue;
    }
    memcpy(copy->to, copy->from, (size_t)copy->read);
    memset(copy->to + copy->read, 0, (size_t)(copy->bytes - copy->read));
    // From now on it is as if this thread had just written it.
    int64_t count;
    word_t *words = shared_words(copy->to, copy->bytes, true, &count);
    for (int64_t w = 0; w < count; ++w) {
      words[w].copier = 0;
      check_word(&words[w], true);
    }
  }
  t->copy_count = left;
}
