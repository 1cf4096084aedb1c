//===- LoadedModel.cpp - A compiled model, loaded into this process -------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Verify/LoadedModel.h"
#include <dlfcn.h>
#include <type_traits>

using namespace gradus;

LoadedModel::~LoadedModel() {
  if (handle)
    dlclose(handle);
}

bool LoadedModel::open(const std::string &path, const std::string &query) {
  handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return false;
  auto get = [&](auto &function, const std::string &name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(handle, name.c_str()));
  };
  gradus_query_fn_t queryModel;
  get(create, "gradus_session_create");
  get(destroy, "gradus_session_destroy");
  get(run, "gradus_session_run");
  get(output, "gradus_session_output");
  get(variable, "gradus_session_variable");
  get(counters, "gradus_session_counters");
  get(queryModel, query);
  model = queryModel ? queryModel(GRADUS_ABI_VERSION) : nullptr;
  return create && destroy && run && output && variable && counters && model;
}

double gradus::elementOf(const void *data, uint64_t dtype, uint64_t i) {
  switch (dtype) {
  case GRADUS_F32:
    return static_cast<const float *>(data)[i];
  case GRADUS_F64:
    return static_cast<const double *>(data)[i];
  case GRADUS_I32:
    return static_cast<const int32_t *>(data)[i];
  default:
    return static_cast<double>(static_cast<const int64_t *>(data)[i]);
  }
}

void gradus::setElement(void *data, uint64_t dtype, uint64_t i, double v) {
  switch (dtype) {
  case GRADUS_F32:
    static_cast<float *>(data)[i] = v;
    break;
  case GRADUS_F64:
    static_cast<double *>(data)[i] = v;
    break;
  case GRADUS_I32:
    static_cast<int32_t *>(data)[i] = v;
    break;
  default:
    static_cast<int64_t *>(data)[i] = v;
  }
}
