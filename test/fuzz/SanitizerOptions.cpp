//===- SanitizerOptions.cpp - How targets run under sanitizers ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

/// The packaged LLVM is not instrumented: what its headers poison in our code its
/// library would not unpoison. What cannot be allocated is for the reader to report.
extern "C" const char *__asan_default_options() {
  return "allow_user_poisoning=0:detect_container_overflow=0:allocator_may_return_null=1:quarantine_size_mb=16";
}

extern "C" const char *__ubsan_default_options() { return "print_stacktrace=1"; }
