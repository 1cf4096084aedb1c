/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* OpenBLAS as a benchmark peer: C = A*B in f32, square, row-major.
 *
 *   cc -O2 -o peer_openblas peer_openblas.c -lopenblas
 *   ./peer_openblas [threads=1] [size=1024] [samples=50] [warmup=10]
 *
 * Prints one JSON object. A sample is one whole cblas_sgemm call.
 *
 * An OpenBLAS that does not know the CPU falls back to SSE kernels, several
 * times slower than its best (0.3.21 does so on CPUs newer than itself). The
 * program then names a kernel set that the CPU supports and starts again;
 * "core" says which was used. A caller's OPENBLAS_CORETYPE stays. */
#define _POSIX_C_SOURCE 200809L
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec * 1e-3;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Fixed pseudo-random values in [-0.5, 0.5), the same on every run. */
static void fill(float *p, size_t n, unsigned seed) {
  for (size_t i = 0; i < n; i++) {
    seed = seed * 1664525u + 1013904223u;
    p[i] = (float)(seed >> 8) / (1 << 24) - 0.5f;
  }
}

static void avoid_fallback_kernels(char **argv) {
#if defined(__x86_64__) && defined(__linux__)
  if (getenv("OPENBLAS_CORETYPE") || strcmp(openblas_get_corename(), "Prescott"))
    return;
  const char *core = NULL;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    core = "Haswell";
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd"))
    core = "SkylakeX";
  if (core && !setenv("OPENBLAS_CORETYPE", core, 1)) /* read when it loads */
    execv("/proc/self/exe", argv);
#else
  (void)argv;
#endif
}

/* Argument i as a positive integer, or `otherwise` where it is not given. */
static int argument(int argc, char **argv, int i, int otherwise) {
  if (i >= argc)
    return otherwise;
  char *end;
  long v = strtol(argv[i], &end, 10);
  if (*end || v < 1 || v > 65536) {
    fprintf(stderr, "usage: %s [threads] [size] [samples] [warmup]\n", argv[0]);
    exit(2);
  }
  return (int)v;
}

int main(int argc, char **argv) {
  avoid_fallback_kernels(argv);
  int threads = argument(argc, argv, 1, 1);
  int n = argument(argc, argv, 2, 1024);
  int samples = argument(argc, argv, 3, 50);
  int warmup = argument(argc, argv, 4, 10);
  openblas_set_num_threads(threads);

  size_t count = (size_t)n * n;
  size_t bytes = (count * sizeof(float) + 63) / 64 * 64;
  float *a = aligned_alloc(64, bytes);
  float *b = aligned_alloc(64, bytes);
  float *c = aligned_alloc(64, bytes);
  double *us = malloc(samples * sizeof *us);
  if (!a || !b || !c || !us) {
    fprintf(stderr, "out of memory\n");
    return 1;
  }
  fill(a, count, 1);
  fill(b, count, 2);

  for (int i = -warmup; i < samples; i++) {
    double start = now_us();
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0f, a, n, b, n, 0.0f, c, n);
    if (i >= 0)
      us[i] = now_us() - start;
  }
  qsort(us, samples, sizeof *us, ascending);
  double median = (us[(samples - 1) / 2] + us[samples / 2]) / 2;

  /* One element against f64, so that a broken library does not count. */
  double want = 0;
  for (int k = 0; k < n; k++)
    want += (double)a[k] * b[(size_t)k * n + n - 1];
  double error = c[n - 1] - want;
  if (!(error < 1e-3 && error > -1e-3)) {
    fprintf(stderr, "wrong result: %g, expected %g\n", c[n - 1], want);
    return 1;
  }

  printf("{\"case\": \"sgemm\", \"size\": %d, \"median_us\": %.3f, "
         "\"min_us\": %.3f, \"gflops\": %.2f, \"samples\": %d, "
         "\"threads\": %d, \"core\": \"%s\", \"openblas\": \"%s\"}\n",
         n, median, us[0], 2e-3 * n * n * n / median, samples, openblas_get_num_threads(), openblas_get_corename(),
         openblas_get_config());
  free(a);
  free(b);
  free(c);
  free(us);
  return 0;
}
