// RUN: gradus-opt %s --rt-collect-model="gpu=sm_80" | FileCheck %s

// A GPU kernel is called by its name, not by its symbol; what a block shares counts,
// each buffer rounded up to 16 bytes.
//      CHECK: rt.model "model" by "gradus-opt" for "" recipe_hash "{{[0-9a-f]+}}" variables_bytes 0 attributes {gpu = "sm_80"} {
// CHECK-NEXT:   rt.model.kernel @"fc+relu" calls "k_fc_relu" config #rt.gpu_launch<blocks = 2, threads = 64> cost <flops = 0, bytes = 0> shared_bytes 65552 dynamic_shared precision <tf32> arg_bytes [32, 4]
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gpu.func @k_fc_relu(%x: memref<8xf32>, %y: memref<1xf32>, %scratch: memref<0xi8>)
        workgroup(%s: memref<16384xf32, #gpu.address_space<workgroup>>,
        %t: memref<3xf32, #gpu.address_space<workgroup>>) kernel
        attributes {rt.config = #rt.gpu_launch<blocks = 2, threads = 64>, rt.name = "fc+relu",
        rt.precision = #rt.precision<tf32>} {
      gpu.return
    } loc(unknown)
  }
}
