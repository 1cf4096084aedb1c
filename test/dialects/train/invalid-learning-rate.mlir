// RUN: gradus-opt %s -split-input-file -verify-diagnostics
// Only "constant", "step" and "cosine" mean something, and a step needs a length.

func.func @unknown_kind() -> tensor<f64> {
  // expected-error@+1 {{linear}}
  %0 = train.learning_rate "linear"(0.1, 0.0, 0.0, 0) warmup 0
  return %0 : tensor<f64>
}

// -----

func.func @step_of_no_length() -> tensor<f64> {
  // expected-error@+1 {{step}}
  %0 = train.learning_rate "step"(0.1, 0.0, 0.5, 0) warmup 0
  return %0 : tensor<f64>
}
