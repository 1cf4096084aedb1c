// RUN: gradus-opt %s --check-gradients
// RUN: not gradus-opt %s --check-gradients="tolerance=1e-17"
// The tolerance is what decides: no finite difference is exact to 1e-17.

func.func @curved(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %0 = nn.exp %x : tensor<3x5xf64>
  %1 = nn.sin %0 : tensor<3x5xf64>
  return %1 : tensor<3x5xf64>
}
