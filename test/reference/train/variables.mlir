// RUN: gradus-opt %s --reference-run

train.state @w : tensor<3xf32>

// All reads see the value at the start of the step (zero), wherever they stand.
func.func @reads_see_the_old_value() {
  %v = nn.constant dense<[1.0, -2.0, 3.0]> : tensor<3xf32>
  %zero = nn.constant dense<0.0> : tensor<3xf32>
  train.write @w, %v : tensor<3xf32>
  %0 = train.read @w : tensor<3xf32>
  // Exact: nothing is computed.
  check.expect_close %0, %zero atol 0.0 rtol 0.0 : tensor<3xf32>
  return
}

func.func @counters_start_at_zero() {
  %0 = train.counter step
  %zero = nn.constant dense<0> : tensor<i64>
  // Exact: integers.
  check.expect_close %0, %zero atol 0.0 rtol 0.0 : tensor<i64>
  return
}
