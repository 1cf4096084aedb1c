// RUN: gradus-opt %s --convert-rt-to-llvm -split-input-file -verify-diagnostics

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 0 {
  // expected-error@+1 {{calls 'k', which is no function of the LLVM dialect}}
  rt.model.kernel @k calls "k" config #rt.cpu_launch<units = 4> cost <flops = 5, bytes = 40>
}

// -----

// expected-error@+1 {{has kernels for a GPU, but no ptx; compile its gpu.module first}}
rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 0 {
  rt.model.kernel @k calls "k" config #rt.gpu_launch<blocks = 2, threads = 64> cost <flops = 5, bytes = 40>
}
