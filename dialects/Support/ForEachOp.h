//===- ForEachOp.h - A function for each op of a dialect ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_SUPPORT_FOREACHOP_H
#define GRADUS_DIALECTS_SUPPORT_FOREACHOP_H

#include <utility>

namespace gradus {

/// Calls `function` with a std::in_place_type of each of `Ops`, which usually are
/// the GET_OP_LIST of a dialect:
///   forEachOp<
///   #define GET_OP_LIST
///   #include "dialects/nn/IR/NNOps.cpp.inc"
///       >([&]<typename Op>(std::in_place_type_t<Op>) { … });
template <typename... Ops, typename Function>
void forEachOp(Function function) {
  (function(std::in_place_type<Ops>), ...);
}

} // namespace gradus

#endif
