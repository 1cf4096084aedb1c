// RUN: gradus-opt %s --train-expand-updates --reference-run
// The rate at step 0, which is where the reference evaluator stands. The
// literals are exact, or rounded to 16 digits.

func.func @at_step_zero() {
  %a = train.learning_rate #train.constant<rate = 0.25>
  %b = train.learning_rate #train.step<initial = 0.25, factor = 0.5, every = 30>
  %c = train.learning_rate #train.cosine<initial = 0.25, final = 0.01, steps = 100>
  %quarter = nn.constant dense<0.25> : tensor<f64>
  check.expect_close %a, %quarter atol 0.0 rtol 0.0 : tensor<f64>
  check.expect_close %b, %quarter atol 0.0 rtol 0.0 : tensor<f64>
  check.expect_close %c, %quarter atol 0.0 rtol 1.0e-15 : tensor<f64>
  // A tenth of the rate in the first of ten steps of warm-up.
  %d = train.learning_rate #train.cosine<initial = 0.25, final = 0.01, steps = 100> warmup 10
  %tenth = nn.constant dense<0.025> : tensor<f64>
  check.expect_close %d, %tenth atol 0.0 rtol 1.0e-15 : tensor<f64>
  return
}
