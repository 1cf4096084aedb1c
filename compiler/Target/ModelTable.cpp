//===- ModelTable.cpp - A view of an rt.model, for reports ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/ModelTable.h"
#include "dialects/Support/TensorUtils.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace gradus;

static uint64_t dtypeOf(Type element) {
  if (element.isF32())
    return GRADUS_F32;
  if (element.isF64())
    return GRADUS_F64;
  return element.isInteger(64) ? GRADUS_I64 : GRADUS_I32; // rt.model has no other
}

static TensorInfo tensorInfo(StringRef name, RankedTensorType type) {
  return {name.str(), type.getShape().vec(), dtypeOf(type.getElementType()), static_cast<uint64_t>(byteSize(type))};
}

static VariableInfo variableInfo(rt::ModelVariableOp variable) {
  uint64_t flags = variable.getInit() ? 0 : GRADUS_VARIABLE_STATE;
  if (variable.getFrozen())
    flags |= GRADUS_VARIABLE_FROZEN;
  return {tensorInfo(variable.getSymName(), variable.getType()), flags};
}

static KernelInfo kernelInfo(rt::ModelKernelOp kernel) {
  KernelInfo info;
  info.name = kernel.getDisplayName();
  info.location = kernel.getLocation();
  info.units = kernel.getUnits();
  info.scratchBytes = kernel.getScratchBytes();
  info.flops = kernel.getCost().getFlops();
  info.bytes = kernel.getCost().getBytes();
  info.sharedBytes = kernel.getSharedBytes();
  if (rt::GPULaunchAttr launch = kernel.getGPULaunch())
    info.threads = launch.getThreads();
  if (rt::PrecisionAttr precision = kernel.getPrecisionAttr())
    info.precision = rt::stringifyPrecision(precision.getValue());
  return info;
}

static EntryInfo entryInfo(rt::ModelEntryOp entry, const llvm::StringMap<size_t> &kernels) {
  EntryInfo info;
  info.present = true;
  info.batch = entry.getBatch();
  info.arenaBytes = entry.getArenaBytes();
  for (auto input : entry.getBody().getOps<rt::ModelInputOp>())
    info.inputs.push_back(tensorInfo(input.getName(), input.getType()));
  for (auto launch : entry.getBody().getOps<rt::ModelLaunchOp>())
    info.launches.push_back({kernels.at(launch.getKernel())});
  for (auto output : entry.getBody().getOps<rt::ModelOutputOp>())
    info.outputs.push_back(tensorInfo(output.getName(), output.getType()));
  return info;
}

ModelTable gradus::readModelTable(rt::ModelOp model) {
  ModelTable table;
  table.name = model.getName();
  table.compiler = model.getCompiler();
  table.target = model.getTarget();
  table.variablesBytes = model.getVariablesBytes();
  for (auto variable : model.getBody().getOps<rt::ModelVariableOp>())
    table.variables.push_back(variableInfo(variable));
  llvm::StringMap<size_t> kernels;
  for (auto kernel : model.getBody().getOps<rt::ModelKernelOp>()) {
    kernels[kernel.getSymName()] = table.kernels.size();
    table.kernels.push_back(kernelInfo(kernel));
  }
  for (auto entry : model.getBody().getOps<rt::ModelEntryOp>())
    table.entries[static_cast<unsigned>(entry.getKind())] = entryInfo(entry, kernels);
  return table;
}

uint64_t ModelTable::flops(int entry) const {
  uint64_t sum = 0;
  for (const LaunchInfo &launch : entries[entry].launches)
    sum += kernels[launch.kernel].flops;
  return sum;
}

uint64_t ModelTable::peakBytes(int threads) const {
  const EntryInfo &entry = entries[entries[GRADUS_ENTRY_TRAIN].present ? GRADUS_ENTRY_TRAIN : GRADUS_ENTRY_PREDICT];
  uint64_t scratch = 0, inputs = 0;
  for (const LaunchInfo &launch : entry.launches)
    scratch = std::max(scratch, kernels[launch.kernel].scratchBytes);
  for (const TensorInfo &input : entry.inputs)
    inputs += input.bytes;
  return variablesBytes + entry.arenaBytes + threads * scratch + 2 * inputs;
}
