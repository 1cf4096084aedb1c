//===- Report.h - One line per comparison ---------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_VERIFY_REPORT_H
#define GRADUS_COMPILER_VERIFY_REPORT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace gradus {

/// Prints what was compared, the difference found and, if that is beyond it, the
/// tolerance, to standard output. Returns true if it is within; a NaN is not.
inline bool reportDifference(llvm::StringRef what, double worst, double tolerance) {
  bool good = worst <= tolerance;
  llvm::outs() << llvm::left_justify(what, 40) << llvm::format("%.2e", worst);
  if (!good)
    llvm::outs() << "  exceeds " << llvm::format("%.0e", tolerance);
  llvm::outs() << "\n";
  return good;
}

} // namespace gradus

#endif
