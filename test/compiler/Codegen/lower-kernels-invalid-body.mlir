// Kernels written by hand, whose bodies are not what their kind promises.
// RUN: gradus-opt %s --cpu-lower-kernels -split-input-file -verify-diagnostics
// RUN: gradus-opt %s --gpu-lower-kernels=chip=sm_80 -split-input-file -verify-diagnostics

// expected-error@+1 {{is of kind row, but has no reduction}}
rt.kernel @row(%x: tensor<3x5xf32>) -> tensor<3x5xf32> kind row {
  rt.yield %x : tensor<3x5xf32>
}

// -----

// expected-error@+1 {{is of kind column, but has no reduction}}
rt.kernel @column(%x: tensor<5xf32>) -> tensor<5xf32> kind column {
  rt.yield %x : tensor<5xf32>
}

// -----

// expected-error@+1 {{is of kind matmul, but has no reduction}}
rt.kernel @matmul(%x: tensor<3x5xf32>) -> tensor<3x5xf32> kind matmul {
  rt.yield %x : tensor<3x5xf32>
}

// -----

// expected-error@+1 {{has no result}}
rt.kernel @nothing(%x: tensor<5xf32>) kind elementwise {
  rt.yield
}

// -----

rt.kernel @empty(%x: tensor<5xf32>) -> tensor<5xf32> kind elementwise {
  %e = tensor.empty() : tensor<5xf32>
  // expected-error@+1 {{reads a tensor that no linalg.generic of the kernel computes}}
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%e : tensor<5xf32>) outs(%e : tensor<5xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<5xf32>
  rt.yield %y : tensor<5xf32>
}

// -----

rt.kernel @yields_empty(%x: tensor<5xf32>) -> tensor<5xf32> kind elementwise {
  %e = tensor.empty() : tensor<5xf32>
  // expected-error@+1 {{reads a tensor that no linalg.generic of the kernel computes}}
  rt.yield %e : tensor<5xf32>
}

// -----

rt.kernel @rounds(%x: tensor<9xf32>) -> tensor<5x5xf32> kind elementwise {
  %e = tensor.empty() : tensor<5x5xf32>
  // expected-error@+1 {{has an indexing map that is not linear}}
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i floordiv 2 + j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<9xf32>) outs(%e : tensor<5x5xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<5x5xf32>
  rt.yield %y : tensor<5x5xf32>
}

// -----

rt.kernel @sums_of_dimensions(%x: tensor<9xf32>, %w: tensor<5x5xf32>) -> tensor<5xf32> kind row {
  %zero = arith.constant dense<0.0> : tensor<5xf32>
  // expected-error@+1 {{has an indexing map that is no choice of dimensions}}
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i + j)>, affine_map<(i, j) -> (i, j)>,
                                        affine_map<(i, j) -> (i)>],
                       iterator_types = ["parallel", "reduction"]}
      ins(%x, %w : tensor<9xf32>, tensor<5x5xf32>) outs(%zero : tensor<5xf32>) {
  ^bb0(%in: f32, %weight: f32, %out: f32):
    linalg.yield %out : f32
  } -> tensor<5xf32>
  rt.yield %y : tensor<5xf32>
}

// -----

rt.kernel @foreign(%x: tensor<5xf32>) -> tensor<5xf32> kind elementwise {
  // expected-error@+1 {{cannot be in a kernel of kind elementwise; run convert-nn-to-linalg before}}
  %y = math.sin %x : tensor<5xf32>
  rt.yield %y : tensor<5xf32>
}

// -----

// expected-error@+1 {{is of kind scatter, but is more or less than one nn.scatter_add}}
rt.kernel @scatter(%x: tensor<3x5xf32>) -> tensor<3xf32> kind scatter {
  %0 = arith.constant 0.0 : f32
  %1 = tensor.empty() : tensor<3xf32>
  %2 = linalg.fill ins(%0 : f32) outs(%1 : tensor<3xf32>) -> tensor<3xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>],
                       iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<3x5xf32>) outs(%2 : tensor<3xf32>) {
  ^bb0(%in: f32, %sum: f32):
    %4 = arith.addf %sum, %in : f32
    linalg.yield %4 : f32
  } -> tensor<3xf32>
  rt.yield %3 : tensor<3xf32>
}
