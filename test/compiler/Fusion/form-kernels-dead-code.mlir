// RUN: gradus-opt %s --gradus-kernels-pipeline --gradus-linalg-pipeline --gradus-vector-pipeline
// An op without users is valid, and simplification may be left out. (It becomes
// a kernel without results, on which cpu-lower-kernels falls.)

func.func @dead(%x: tensor<3xf32>) -> tensor<3xf32> attributes {train.entry = "predict"} {
  %0 = nn.exp %x : tensor<3xf32>
  %1 = nn.neg %x : tensor<3xf32>
  return %1 : tensor<3xf32>
}
