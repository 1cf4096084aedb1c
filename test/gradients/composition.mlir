// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --check-gradients="seed=7"

// A value used many times collects the sum of its gradients.
func.func @used_three_times(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %0 = nn.sin %x : tensor<3x5xf64>
  %1 = nn.mul %0, %0 : tensor<3x5xf64>
  %2 = nn.add %1, %x : tensor<3x5xf64>
  %3 = nn.mul %2, %0 : tensor<3x5xf64>
  return %3 : tensor<3x5xf64>
}

// Two layers with a loss, as people write them.
func.func @network(%x: tensor<3x5xf64>, %w1: tensor<7x5xf64>, %b1: tensor<7xf64>, %w2: tensor<7x4xf64>, %l: tensor<3xi32>) -> tensor<f64> {
  %0 = nn.matmul %x, %w1 transpose_rhs : tensor<3x5xf64>, tensor<7x5xf64>
  %1 = nn.broadcast %b1 dims [1] : tensor<7xf64> -> tensor<3x7xf64>
  %2 = nn.add %0, %1 : tensor<3x7xf64>
  %3 = nn.tanh %2 : tensor<3x7xf64>
  %4 = nn.matmul %3, %w2 : tensor<3x7xf64>, tensor<7x4xf64>
  %5 = nn.softmax_cross_entropy %4, %l : tensor<3x4xf64>, tensor<3xi32>
  %6 = nn.reduce sum %5 dims [0] : tensor<3xf64>
  return %6 : tensor<f64>
}

// The gradient of a gradient: |df/dx|^2 for f = sum tanh(x)^2.
func.func @second_order(%x: tensor<3x5xf64>) -> tensor<f64> {
  %0 = nn.tanh %x : tensor<3x5xf64>
  %1 = nn.mul %0, %0 : tensor<3x5xf64>
  %2 = nn.reduce sum %1 dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %2 wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  %3 = nn.mul %g, %g : tensor<3x5xf64>
  %4 = nn.reduce sum %3 dims [0, 1] : tensor<3x5xf64>
  return %4 : tensor<f64>
}

// Layer normalization from primitives.
func.func @layer_norm(%x: tensor<3x5xf64>, %gamma: tensor<5xf64>) -> tensor<3x5xf64> {
  %fifth = nn.constant dense<0.2> : tensor<3xf64>
  %eps = nn.constant dense<1.0e-3> : tensor<3xf64>
  %0 = nn.reduce sum %x dims [1] : tensor<3x5xf64>
  %1 = nn.mul %0, %fifth : tensor<3xf64>
  %2 = nn.broadcast %1 dims [0] : tensor<3xf64> -> tensor<3x5xf64>
  %3 = nn.sub %x, %2 : tensor<3x5xf64>
  %4 = nn.mul %3, %3 : tensor<3x5xf64>
  %5 = nn.reduce sum %4 dims [1] : tensor<3x5xf64>
  %6 = nn.mul %5, %fifth : tensor<3xf64>
  %7 = nn.add %6, %eps : tensor<3xf64>
  %8 = nn.rsqrt %7 : tensor<3xf64>
  %9 = nn.broadcast %8 dims [0] : tensor<3xf64> -> tensor<3x5xf64>
  %10 = nn.mul %3, %9 : tensor<3x5xf64>
  %11 = nn.broadcast %gamma dims [1] : tensor<5xf64> -> tensor<3x5xf64>
  %12 = nn.mul %10, %11 : tensor<3x5xf64>
  return %12 : tensor<3x5xf64>
}
