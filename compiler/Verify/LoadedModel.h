//===- LoadedModel.h - A compiled model, loaded into this process ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_VERIFY_LOADEDMODEL_H
#define GRADUS_COMPILER_VERIFY_LOADEDMODEL_H

#include "gradus/runtime.h"
#include <cstdint>
#include <string>

namespace gradus {

/// A shared library that a compilation made, and the functions of its runtime.
class LoadedModel {
public:
  LoadedModel() = default;
  LoadedModel(const LoadedModel &) = delete;
  LoadedModel &operator=(const LoadedModel &) = delete;
  ~LoadedModel();

  /// Loads the library at `path`. Returns false, with dlerror() set, if that
  /// fails or it holds no model for this version of the runtime. `query` is the name
  /// of the model's query function.
  bool open(const std::string &path, const std::string &query);

  decltype(&gradus_session_create) create = nullptr;
  decltype(&gradus_session_destroy) destroy = nullptr;
  decltype(&gradus_session_run) run = nullptr;
  decltype(&gradus_session_output) output = nullptr;
  decltype(&gradus_session_variable) variable = nullptr;
  decltype(&gradus_session_counters) counters = nullptr;
  const gradus_model_t *model = nullptr; ///< owned by the library

private:
  void *handle = nullptr;
};

/// Element `i` of a buffer of elements of type `dtype` (GRADUS_F32 …).
double elementOf(const void *data, uint64_t dtype, uint64_t i);

/// Stores `v`, converted to `dtype`, as element `i`.
void setElement(void *data, uint64_t dtype, uint64_t i, double v);

} // namespace gradus

#endif
