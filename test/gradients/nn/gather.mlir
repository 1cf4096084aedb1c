// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @rows_some_twice(%x: tensor<5x3xf64>, %i: tensor<4xi32>) -> tensor<4x3xf64> {
  %y = nn.gather %x[%i] : tensor<5x3xf64>, tensor<4xi32>
  return %y : tensor<4x3xf64>
}

func.func @indices_of_rank_two(%x: tensor<5x3xf64>, %i: tensor<2x3xi64>) -> tensor<2x3x3xf64> {
  %y = nn.gather %x[%i] : tensor<5x3xf64>, tensor<2x3xi64>
  return %y : tensor<2x3x3xf64>
}

func.func @vector_table(%x: tensor<5xf64>, %i: tensor<4xi32>) -> tensor<4xf64> {
  %y = nn.gather %x[%i] : tensor<5xf64>, tensor<4xi32>
  return %y : tensor<4xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<5x3xf64>, %[[I:.*]]: tensor<4xi32>)
func.func @rule(%x: tensor<5x3xf64>, %i: tensor<4xi32>) -> tensor<5x3xf64> {
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK: %[[D:.*]] = nn.scatter_add %[[G]] at %[[I]] : {{.*}} -> tensor<5x3xf64>
  // CHECK: return %[[D]]
  %y = nn.gather %x[%i] : tensor<5x3xf64>, tensor<4xi32>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<4x3xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<5x3xf64> -> tensor<5x3xf64>
  return %g : tensor<5x3xf64>
}
