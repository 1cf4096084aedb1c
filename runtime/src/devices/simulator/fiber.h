//===- fiber.h - Switching between stacks, on x86-64 ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A switch saves what the System V ABI lets a function expect of its callees, and
// nothing more: some nanoseconds, where swapcontext makes system calls.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_DEVICES_SIMULATOR_FIBER_H
#define GRADUS_DEVICES_SIMULATOR_FIBER_H

#include <stddef.h>
#include <stdint.h>

/// A stack that can be continued; the memory is the caller's.
typedef struct {
  void *stack_pointer;
} gradus_fiber_t;

/// Prepares `fiber` to run `main(argument)` on `stack`; `main` must not return.
void gradus_fiber_start(gradus_fiber_t *fiber, uint8_t *stack, size_t bytes, void (*main)(void *), void *argument);

/// Continues `to`; returns when something switches back to `from`.
void gradus_fiber_switch(gradus_fiber_t *from, gradus_fiber_t *to);

#endif
