//===- warp.c - What the lanes of a warp do together ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "devices/simulator/state.h"
#include <string.h>

/// Offers `words` to the warp; returns when all lanes have, and have exchanged.
static void exchange(const char *name, void (*together)(sim_thread_t *lanes), void *words, size_t bytes) {
  sim_thread_t *t = &gradus_sim_state->threads[gradus_sim_state->current];
  t->exchange_name = name;
  t->exchange = together;
  memcpy(t->words, words, bytes);
  gradus_sim_park(AT_EXCHANGE);
  memcpy(words, t->words, bytes);
}

/// Gives each lane the value of the lane that differs in the bits of its mask.
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

/// The f32 of some bits.
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

/// The f32 next to a value, towards zero.
static float cut(double value) {
  float near = (float)value;
  bool beyond = near > 0 ? near > value : near < 0 && near < value;
  return beyond ? real_of(bits_of(near) - 1) : near;
}

/// d = a b + c on whole matrices; `block` products are added at a time.
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

/// Element k of a lane's words of the lhs or the rhs: words hold a tf32, or two bf16.
static double operand(const uint32_t *words, bool tf32, int k) {
  if (tf32)
    return real_of(words[k] & 0xffffe000u);
  return real_of(k % 2 ? words[k / 2] & 0xffff0000u : words[k / 2] << 16);
}

/// One mma of the whole warp, on fragments as the PTX ISA has them. Lane 4 g + t holds,
/// with d elements in a word: of a, rows g and g + 8, columns d t + i and d (t + 4) + i;
/// of b, the same of rows, column g; of c, rows g and g + 8, columns 2 t + i.
static void mma(sim_thread_t *lanes, bool tf32) {
  double a[16][16], b[16][8], c[16][8];
  int depth = tf32 ? 1 : 2; // elements in a word
  for (int lane = 0; lane < kWarp; ++lane) {
    const uint32_t *words = lanes[lane].words;
    int group = lane / 4, t = lane % 4;
    for (int half = 0; half < 2; ++half)
      for (int i = 0; i < depth; ++i) {
        int k = depth * (t + 4 * half) + i;
        for (int row = 0; row < 2; ++row)
          a[group + 8 * row][k] = operand(words + 2 * half + row, tf32, i);
        b[k][group] = operand(words + 4 + half, tf32, i);
      }
    for (int i = 0; i < 4; ++i)
      c[group + 8 * (i / 2)][2 * t + i % 2] = real_of(words[6 + i]);
  }
  multiply(a, b, c, tf32 ? 8 : 16, tf32 ? 4 : 8);
  for (int lane = 0; lane < kWarp; ++lane)
    for (int i = 0; i < 4; ++i)
      lanes[lane].words[6 + i] = bits_of((float)c[lane / 4 + 8 * (i / 2)][2 * (lane % 4) + i % 2]);
}

static void mma_bf16(sim_thread_t *lanes) { mma(lanes, false); }
static void mma_tf32(sim_thread_t *lanes) { mma(lanes, true); }

void gradus_sim_mma(int32_t tf32, const uint32_t operands[6], float sums[4]) {
  uint32_t words[10];
  memcpy(words, operands, 6 * sizeof *words);
  memcpy(words + 6, sums, 4 * sizeof *words);
  exchange("a matrix product", tf32 ? mma_tf32 : mma_bf16, words, sizeof words);
  memcpy(sums, words + 6, 4 * sizeof *words);
}

/// Gives each lane its elements of four 8x8 matrices, of which each lane has a row.
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
  if ((bits & 0x7fffffffu) >= 0x7f800000u) // infinity stays; NaN is one number
    return (int32_t)(bits & 0x7fffffu ? 0x7fffe000u : bits);
  return (int32_t)((bits + 0x1000u) & 0xffffe000u);
}

int16_t gradus_sim_to_bf16(float value) {
  uint32_t bits = bits_of(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u)
    return 0x7fff;
  return (int16_t)((bits + 0x7fffu + (bits >> 16 & 1)) >> 16);
}

/// What LLVM calls on an x86 without AVX-512 BF16 to round to bf16 where it could not do
/// so itself, as in code without optimisation. libgcc has it from version 13 on, hence
/// weak. A bf16 is returned in the low bits of the register that returns a float.
__attribute__((weak)) float __truncsfbf2(float value) { return real_of((uint16_t)gradus_sim_to_bf16(value)); }
