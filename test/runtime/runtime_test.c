/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* runtime_test.c - The runtime without the compiler. */
#include "session.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int g_failures;
#define EXPECT(condition)                                                                                              \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);                                    \
      ++g_failures;                                                                                                    \
    }                                                                                                                  \
  } while (0)

/* Known answers of Philox4x32-10, from the Random123 distribution. */
static void test_philox(void) {
  uint32_t zero[4] = {0}, ones[4] = {~0u, ~0u, ~0u, ~0u}, out[4];
  gradus_philox(zero, (uint32_t[2]){0, 0}, out);
  EXPECT(out[0] == 0x6627e8d5 && out[1] == 0xe169c58d && out[2] == 0xbc57ac4c && out[3] == 0x9b00dbd8);
  gradus_philox(ones, (uint32_t[2]){~0u, ~0u}, out);
  EXPECT(out[0] == 0x408f276d && out[1] == 0x41c83b0e && out[2] == 0xa20bc7c6 && out[3] == 0x6d5451fd);
}

static void test_sha256(void) {
  gradus_sha256_t s;
  char hex[65];
  gradus_sha256_init(&s);
  gradus_sha256_add(&s, "abc", 3);
  gradus_sha256_hex(&s, hex);
  EXPECT(!strcmp(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

static void test_shuffle(void) {
  uint32_t a[1000], b[1000];
  unsigned char seen[1000] = {0};
  int moved = 0;
  gradus_shuffle(a, 1000, 5, 1);
  gradus_shuffle(b, 1000, 5, 2);
  for (int i = 0; i < 1000; ++i) {
    EXPECT(a[i] < 1000 && !seen[a[i]]);
    seen[a[i]] = 1;
    moved += a[i] != b[i];
  }
  EXPECT(moved > 900); /* another epoch, another order */
}

static void test_training(void) {
  const gradus_model_t *model = gradus_model_query(GRADUS_ABI_VERSION);
  EXPECT(!gradus_model_query(GRADUS_ABI_VERSION + 1));
  gradus_session_t *s, *other;
  gradus_error_t error;
  EXPECT(!gradus_session_create(model, 3, 7, &s, &error));
  _Alignas(64) float x[2] = {1.0f, 0.5f}, t[2] = {3.0f, 1.5f};
  void *inputs[] = {x, t};
  for (int i = 0; i < 60; ++i)
    gradus_session_run(s, GRADUS_ENTRY_TRAIN, inputs);
  /* The error shrinks by 1 - 0.5 * 2 * mean(x^2) = 0.375 a step. */
  EXPECT(fabsf(*(float *)gradus_session_variable(s, 0) - 3.0f) < 1e-5f);
  gradus_session_run(s, GRADUS_ENTRY_PREDICT, inputs);
  const float *y = gradus_session_output(s, GRADUS_ENTRY_PREDICT, 0);
  EXPECT(fabsf(y[0] - 3.0f) < 1e-5f && fabsf(y[1] - 1.5f) < 1e-5f);

  char path[] = "/tmp/gradus-test-XXXXXX";
  int fd = mkstemp(path);
  EXPECT(fd >= 0);
  close(fd);
  EXPECT(!gradus_session_save_weights(s, path, 1, &error));
  EXPECT(!gradus_session_create(model, 1, 8, &other, &error));
  EXPECT(!gradus_session_load_weights(other, path, &error));
  EXPECT(*(float *)gradus_session_variable(s, 0) == *(float *)gradus_session_variable(other, 0));
  /* A flipped bit of the data is noticed, and the session stays as it was. */
  FILE *f = fopen(path, "r+b");
  fseek(f, -1, SEEK_END);
  int c = fgetc(f);
  fseek(f, -1, SEEK_END);
  fputc(c ^ 1, f);
  fclose(f);
  float before = *(float *)gradus_session_variable(other, 0);
  EXPECT(gradus_session_load_weights(other, path, &error) && strstr(error.text, "damaged"));
  EXPECT(*(float *)gradus_session_variable(other, 0) == before);
  unlink(path);
  EXPECT(gradus_session_save_weights(s, "/nonexistent/folder/w", 0, &error));
  gradus_session_destroy(other);
  gradus_session_destroy(s);
}

static void test_other_version(void) {
  gradus_model_t model = *gradus_model_query(GRADUS_ABI_VERSION);
  gradus_session_t *s;
  gradus_error_t error;
  model.abi_version = 99;
  EXPECT(gradus_session_create(&model, 1, 0, &s, &error) && strstr(error.text, "another version"));
}

int main(void) {
  test_philox();
  test_sha256();
  test_shuffle();
  test_training();
  test_other_version();
  return g_failures != 0;
}
