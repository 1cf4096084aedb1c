// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

// The rule of max shares the gradient where several are largest; finite
// differences are asked only where one is (seed 1).

func.func @sum_first(%x: tensor<2x3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.reduce sum %x dims [0] : tensor<2x3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @sum_last(%x: tensor<2x3x5xf64>) -> tensor<2x3xf64> {
  %y = nn.reduce sum %x dims [2] : tensor<2x3x5xf64>
  return %y : tensor<2x3xf64>
}

func.func @sum_outer(%x: tensor<2x3x5xf64>) -> tensor<3xf64> {
  %y = nn.reduce sum %x dims [0, 2] : tensor<2x3x5xf64>
  return %y : tensor<3xf64>
}

func.func @sum_all(%x: tensor<2x3x5xf64>) -> tensor<f64> {
  %y = nn.reduce sum %x dims [0, 1, 2] : tensor<2x3x5xf64>
  return %y : tensor<f64>
}

func.func @max_first(%x: tensor<2x3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.reduce max %x dims [0] : tensor<2x3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @max_last(%x: tensor<2x3x5xf64>) -> tensor<2x3xf64> {
  %y = nn.reduce max %x dims [2] : tensor<2x3x5xf64>
  return %y : tensor<2x3xf64>
}

func.func @max_outer(%x: tensor<2x3x5xf64>) -> tensor<3xf64> {
  %y = nn.reduce max %x dims [0, 2] : tensor<2x3x5xf64>
  return %y : tensor<3xf64>
}

func.func @max_all(%x: tensor<2x3x5xf64>) -> tensor<f64> {
  %y = nn.reduce max %x dims [0, 1, 2] : tensor<2x3x5xf64>
  return %y : tensor<f64>
}

func.func @min_first(%x: tensor<2x3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.reduce min %x dims [0] : tensor<2x3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @min_last(%x: tensor<2x3x5xf64>) -> tensor<2x3xf64> {
  %y = nn.reduce min %x dims [2] : tensor<2x3x5xf64>
  return %y : tensor<2x3xf64>
}

func.func @min_outer(%x: tensor<2x3x5xf64>) -> tensor<3xf64> {
  %y = nn.reduce min %x dims [0, 2] : tensor<2x3x5xf64>
  return %y : tensor<3xf64>
}

func.func @min_all(%x: tensor<2x3x5xf64>) -> tensor<f64> {
  %y = nn.reduce min %x dims [0, 1, 2] : tensor<2x3x5xf64>
  return %y : tensor<f64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<2x3x5xf64>)
func.func @rule(%x: tensor<2x3x5xf64>) -> tensor<2x3x5xf64> {
  // CHECK: nn.reduce sum %[[X]] dims [0, 2]
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK: %[[D:.*]] = nn.broadcast %[[G]] dims [1]
  // CHECK: return %[[D]]
  %y = nn.reduce sum %x dims [0, 2] : tensor<2x3x5xf64>
  %loss = nn.reduce sum %y dims [0] : tensor<3xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<2x3x5xf64> -> tensor<2x3x5xf64>
  return %g : tensor<2x3x5xf64>
}

// Elements that equal the extremum share its gradient.
// CHECK-LABEL: func.func @rule_max
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>)
func.func @rule_max(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  // CHECK: %[[Y:.*]] = nn.reduce max %[[X]] dims [1]
  // CHECK: %[[YS:.*]] = nn.broadcast %[[Y]] dims [0]
  // CHECK: %[[HIT:.*]] = nn.compare eq %[[X]], %[[YS]]
  // CHECK: %[[ONE:.*]] = nn.cast %[[HIT]]
  // CHECK: %[[COUNT:.*]] = nn.reduce sum %[[ONE]] dims [1]
  // CHECK: %[[Q:.*]] = nn.div %{{.*}}, %[[COUNT]]
  // CHECK: %[[QS:.*]] = nn.broadcast %[[Q]] dims [0]
  // CHECK: %[[D:.*]] = nn.select %[[HIT]], %[[QS]], %{{.*}} :
  // CHECK: return %[[D]]
  %y = nn.reduce max %x dims [1] : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0] : tensor<3xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}
