// RUN: gradus-opt %s --check-gradients

// n and t: operands as they are, and transposed.

func.func @batched_nn(%l: tensor<2x3x5xf64>, %r: tensor<2x5x7xf64>) -> tensor<2x3x7xf64> {
  %y = nn.matmul %l, %r : tensor<2x3x5xf64>, tensor<2x5x7xf64>
  return %y : tensor<2x3x7xf64>
}

func.func @batched_nt(%l: tensor<2x3x5xf64>, %r: tensor<2x7x5xf64>) -> tensor<2x3x7xf64> {
  %y = nn.matmul %l, %r transpose_rhs : tensor<2x3x5xf64>, tensor<2x7x5xf64>
  return %y : tensor<2x3x7xf64>
}

func.func @batched_tn(%l: tensor<2x5x3xf64>, %r: tensor<2x5x7xf64>) -> tensor<2x3x7xf64> {
  %y = nn.matmul %l, %r transpose_lhs : tensor<2x5x3xf64>, tensor<2x5x7xf64>
  return %y : tensor<2x3x7xf64>
}

func.func @batched_tt(%l: tensor<2x5x3xf64>, %r: tensor<2x7x5xf64>) -> tensor<2x3x7xf64> {
  %y = nn.matmul %l, %r transpose_lhs transpose_rhs : tensor<2x5x3xf64>, tensor<2x7x5xf64>
  return %y : tensor<2x3x7xf64>
}
