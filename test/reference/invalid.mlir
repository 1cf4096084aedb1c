// RUN: gradus-opt %s --reference-run -split-input-file -verify-diagnostics

func.func @unknown_op() {
  %0 = nn.constant dense<1.0> : tensor<3xf32>
  // expected-error@+1 {{the reference evaluator does not know 'arith.negf'}}
  %1 = arith.negf %0 : tensor<3xf32>
  return
}

// -----

func.func @request_for_a_gradient() {
  %0 = nn.constant dense<1.0> : tensor<f32>
  // expected-error@+1 {{the reference evaluator does not know 'train.grad'}}
  %1 = train.grad %0 wrt %0 : tensor<f32>, tensor<f32> -> tensor<f32>
  return
}

// -----

// Functions with arguments are not run.
func.func @has_arguments(%x: tensor<3xf32>) {
  %0 = arith.negf %x : tensor<3xf32>
  return
}
