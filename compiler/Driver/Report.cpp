//===- Report.cpp - What a compilation tells about its result -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Driver/Report.h"
#include "dialects/train/IR/TrainDialect.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"

using namespace llvm;
using namespace gradus;

/// A number with a unit prefix, 1000 apart: "3.4M".
static std::string humanCount(double v) {
  static const char *const units[] = {"", "k", "M", "G", "T"};
  int u = 0;
  for (; v >= 1000 && u < 4; ++u)
    v /= 1000;
  std::string text;
  raw_string_ostream(text) << format(u ? "%.1f" : "%.0f", v) << units[u];
  return text;
}

/// A number of bytes with a binary unit: "1.5 MiB".
static std::string humanBytes(double v) {
  static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  int u = 0;
  for (; v >= 1024 && u < 4; ++u)
    v /= 1024;
  std::string text;
  raw_string_ostream(text) << format(u ? "%.1f" : "%.0f", v) << " " << units[u];
  return text;
}

/// The entry point that reports are about: training, or else prediction.
static int mainEntry(const ModelTable &table) {
  return table.entries[GRADUS_ENTRY_TRAIN].present ? GRADUS_ENTRY_TRAIN : GRADUS_ENTRY_PREDICT;
}

void gradus::printSummary(raw_ostream &os, const ModelTable &table, StringRef output, double seconds) {
  uint64_t parameters = 0, size = 0;
  for (const VariableInfo &v : table.variables)
    if (!(v.flags & GRADUS_VARIABLE_STATE))
      parameters += v.tensor.bytes / (v.tensor.dtype == GRADUS_F64 || v.tensor.dtype == GRADUS_I64 ? 8 : 4);
  if (sys::fs::file_size(output, size))
    size = 0; // a pipe has none
  int entry = mainEntry(table);
  const EntryInfo &info = table.entries[entry];
  os << output << ": " << humanCount(parameters) << " parameters, " << humanCount(table.flops(entry)) << " FLOPs per "
     << (entry == GRADUS_ENTRY_TRAIN ? "training step" : "sample") << " of batch " << info.batch << "\n"
     << "  " << info.launches.size() << " kernels, peak memory " << humanBytes(table.peakBytes(1)) << " (variables "
     << humanBytes(table.variablesBytes) << ", arena " << humanBytes(info.arenaBytes) << "), program "
     << humanBytes(size) << ", compiled in " << format("%.2f", seconds) << " s for " << table.target << "\n";
}

void gradus::printRoofline(raw_ostream &os, const ModelTable &table, const GPUSpec &gpu) {
  ArrayRef<LaunchInfo> launches = table.entries[mainEntry(table)].launches;
  os << "  on " << gpu.name << " (" << gpu.target << ", " << format("%.0f", gpu.memoryGBs) << " GB/s, "
     << format("%.1f", gpu.f32TFLOPs) << " TFLOP/s in f32";
  for (auto [name, rate] : {std::pair("tf32", gpu.tf32TFLOPs), std::pair("bf16", gpu.bf16TFLOPs)}) {
    auto uses = [&](const LaunchInfo &launch) { return table.kernels[launch.kernel].precision == name; };
    if (none_of(launches, uses))
      continue;
    if (rate > 0)
      os << ", " << format("%.0f", rate) << " in " << name;
    else
      os << ", unknown in " << name;
  }
  os << "), at least:\n"
     << "    blocks threads  shared     FLOPs     bytes  FLOP/B       us  kernel\n";
  double floor = 0;
  for (const LaunchInfo &launch : launches) {
    const KernelInfo &k = table.kernels[launch.kernel];
    double us = gpu.microseconds(k.flops, k.bytes, k.precision);
    floor += us;
    os << format("  %8lld %7lld %7llu %9s %9s", static_cast<long long>(k.units), static_cast<long long>(k.threads),
                 static_cast<unsigned long long>(k.sharedBytes), humanCount(k.flops).c_str(),
                 humanCount(k.bytes).c_str())
       << format(" %7.2f %8.3f  ", static_cast<double>(k.flops) / std::max<double>(1, k.bytes), us) << k.name
       << (k.precision.empty() ? "" : ", in " + k.precision) << "\n";
  }
  os << "    " << launches.size() << " launches, " << format("%.2f", floor) << " us\n";
}

static std::string typeText(const TensorInfo &t) {
  static const char *const types[] = {"f32", "f64", "i32", "i64"};
  std::string text = types[t.dtype];
  raw_string_ostream os(text);
  os << "[";
  interleave(t.shape, os, [&](int64_t size) { os << size; }, ",");
  os << "]";
  return text;
}

static void printParameters(raw_ostream &os, const ModelTable &table) {
  os << left_justify("parameter", 32) << left_justify("type", 24) << "elements\n";
  uint64_t total = 0;
  for (const VariableInfo &v : table.variables) {
    if (v.flags & GRADUS_VARIABLE_STATE)
      continue;
    uint64_t n = 1;
    for (int64_t size : v.tensor.shape)
      n *= size;
    total += n;
    os << left_justify(v.tensor.name, 32) << left_justify(typeText(v.tensor), 24) << n
       << (v.flags & GRADUS_VARIABLE_FROZEN ? " (frozen)" : "") << "\n";
  }
  os << left_justify("total", 56) << total << "\n\n";
}

static void printLaunches(raw_ostream &os, const ModelTable &table, const EntryInfo &entry) {
  os << "  " << right_justify("FLOPs", 12) << right_justify("bytes", 12) << right_justify("units", 8) << "  kernel\n";
  for (const LaunchInfo &launch : entry.launches) {
    const KernelInfo &k = table.kernels[launch.kernel];
    os << "  "
       << format("%12llu%12llu%8lld", static_cast<unsigned long long>(k.flops),
                 static_cast<unsigned long long>(k.bytes), static_cast<long long>(k.units))
       << "  " << k.name << "  (" << k.location << ")\n";
  }
}

void gradus::printModel(raw_ostream &os, const ModelTable &table, bool kernels) {
  os << "model " << table.name << "\n\n";
  printParameters(os, table);
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e) {
    const EntryInfo &entry = table.entries[e];
    if (!entry.present)
      continue;
    os << train::stringifyEntry(static_cast<train::Entry>(e)) << ": batch " << entry.batch << ", " << table.flops(e)
       << " FLOPs, " << entry.launches.size() << " kernels, arena " << entry.arenaBytes << " bytes\n";
    for (const TensorInfo &input : entry.inputs)
      os << "  input  " << left_justify(input.name, 16) << typeText(input) << "\n";
    for (const TensorInfo &output : entry.outputs)
      os << "  output " << left_justify(output.name, 16) << typeText(output) << "\n";
    if (kernels)
      printLaunches(os, table, entry);
  }
  os << "peak memory " << table.peakBytes(1) << " bytes with one thread\n";
}
