// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compiled so that MLIRHeaders.h is.
