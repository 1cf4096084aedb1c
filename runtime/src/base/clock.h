//===- clock.h - Time -----------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_BASE_CLOCK_H
#define GRADUS_BASE_CLOCK_H

/// Seconds since some fixed moment; never goes back.
double gradus_seconds(void);

#endif
