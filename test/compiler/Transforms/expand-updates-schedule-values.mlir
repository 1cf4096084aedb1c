// RUN: gradus-opt %s --train-expand-updates --reference-run
// The rate at step 0, which is where the reference evaluator stands. The
// literals are exact, or rounded to 16 digits.

func.func @at_step_zero() {
  %a = train.learning_rate "constant"(0.25, 0.0, 0.0, 0) warmup 0
  %b = train.learning_rate "step"(0.25, 0.0, 0.5, 30) warmup 0
  %c = train.learning_rate "cosine"(0.25, 0.01, 0.0, 100) warmup 0
  %quarter = nn.constant dense<0.25> : tensor<f64>
  check.expect_close %a, %quarter atol 0.0 rtol 0.0 : tensor<f64>
  check.expect_close %b, %quarter atol 0.0 rtol 0.0 : tensor<f64>
  check.expect_close %c, %quarter atol 0.0 rtol 1.0e-15 : tensor<f64>
  // A tenth of the rate in the first of ten steps of warm-up.
  %d = train.learning_rate "cosine"(0.25, 0.01, 0.0, 100) warmup 10
  %tenth = nn.constant dense<0.025> : tensor<f64>
  check.expect_close %d, %tenth atol 0.0 rtol 1.0e-15 : tensor<f64>
  return
}
