//===- fiber.c - Switching between stacks, on x86-64 ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "devices/simulator/fiber.h"

// Saves the callee's registers and the stack, takes those of the other.
__asm__(".text\n"
        ".globl gradus_fiber_switch\n"
        ".type gradus_fiber_switch, @function\n"
        "gradus_fiber_switch:\n"
        "  pushq %rbx\n  pushq %rbp\n  pushq %r12\n  pushq %r13\n  pushq %r14\n  pushq %r15\n"
        "  movq %rsp, (%rdi)\n"
        "  movq (%rsi), %rsp\n"
        "  popq %r15\n  popq %r14\n  popq %r13\n  popq %r12\n  popq %rbp\n  popq %rbx\n"
        "  ret\n"
        ".size gradus_fiber_switch, . - gradus_fiber_switch\n"
        // The first switch to a fiber arrives here: rbx is main, r12 its argument.
        ".type gradus_fiber_enter, @function\n"
        "gradus_fiber_enter:\n"
        "  movq %r12, %rdi\n"
        "  callq *%rbx\n"
        "  ud2\n"
        ".size gradus_fiber_enter, . - gradus_fiber_enter\n");

void gradus_fiber_enter(void);

void gradus_fiber_start(gradus_fiber_t *fiber, uint8_t *stack, size_t bytes, void (*main)(void *), void *argument) {
  uintptr_t *top = (uintptr_t *)((uintptr_t)(stack + bytes) & ~(uintptr_t)63);
  // What the switch pops, in order: r15, r14, r13, r12, rbp, rbx, the address.
  // After `ret` the stack is a multiple of 16, as a call expects.
  top -= 9;
  for (int i = 0; i < 9; ++i)
    top[i] = 0;
  top[3] = (uintptr_t)argument;
  top[5] = (uintptr_t)main;
  top[6] = (uintptr_t)gradus_fiber_enter;
  fiber->stack_pointer = top;
}
