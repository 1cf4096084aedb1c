// RUN: gradus-opt %s --convert-rt-to-llvm | FileCheck %s
// RUN: gradus-opt %s --convert-rt-to-llvm=simulate=true | FileCheck %s --check-prefix=SIMULATED

// GPU kernels are text; of their functions only the symbol is known.
// CHECK-NOT: gpu.module
// CHECK: llvm.mlir.global internal unnamed_addr constant @gradus.text{{.*}}("k_fc\00")
// CHECK-NOT: .entry
// CHECK: ("ptx text\00")
// CHECK: llvm.func @m_query

// SIMULATED-NOT: gpu.module
// SIMULATED: llvm.func @k_fc(!llvm.ptr, !llvm.ptr, !llvm.ptr)
// SIMULATED: llvm.func internal @k_fc.body(
// SIMULATED: llvm.call @k_fc(
// SIMULATED: llvm.func @gradus_sim_run(!llvm.ptr, !llvm.ptr, i64, i64, !llvm.ptr)
// SIMULATED: llvm.func internal @k_fc.entry(
// SIMULATED: llvm.call @gradus_sim_run(
gpu.module @kernels {
}
rt.model "m" by "gradus" for "gpu" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 0 attributes {gpu = "sm_80", ptx = "ptx text"} {
  rt.model.kernel @fc calls "k_fc" config #rt.gpu_launch<blocks = 2, threads = 64> cost <flops = 5, bytes = 40> shared_bytes 65536 dynamic_shared arg_bytes [20, 20]
}
