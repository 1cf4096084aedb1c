//===- FiniteDifference.h - Numeric derivatives ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_REFERENCE_FINITEDIFFERENCE_H
#define GRADUS_COMPILER_REFERENCE_FINITEDIFFERENCE_H

#include "llvm/ADT/STLFunctionalExtras.h"

namespace gradus::reference {

/// The derivative of `f` at 0 by central differences of fourth order with steps of
/// `h`: the truncation error is h^4 f^(5)(0) / 30, plus the rounding of `f` over h.
inline double centralDifference(llvm::function_ref<double(double)> f, double h) {
  double near = f(h) - f(-h), far = f(2 * h) - f(-2 * h);
  return (8 * near - far) / (12 * h);
}

} // namespace gradus::reference

#endif
