// RUN: gradus-opt %s -split-input-file -verify-diagnostics

func.func @c1_not_a_schedule() -> tensor<f64> {
  // expected-error@+1 {{invalid kind of attribute specified}}
  %0 = train.learning_rate 0.1
  return %0 : tensor<f64>
}

// -----

func.func @c2_negative_warmup() -> tensor<f64> {
  // expected-error@+1 {{'warmup' failed to satisfy constraint: 64-bit signless integer attribute whose value is non-negative}}
  %0 = train.learning_rate #train.constant<rate = 0.1> warmup -1
  return %0 : tensor<f64>
}

// -----

// expected-error@+1 {{unknown attribute `linear` in dialect `train`}}
#unknown = #train.linear<initial = 0.1>

// -----

// expected-error@+1 {{rate must be finite and not negative}}
#constant_c1 = #train.constant<rate = -0.5>

// -----

// expected-error@+1 {{initial must be finite and not negative}}
#step_c1 = #train.step<initial = -0.1, factor = 0.5, every = 10>

// -----

// An infinity, by its bits.
// expected-error@+1 {{factor must be positive and finite}}
#step_c2 = #train.step<initial = 0.1, factor = 0x7FF0000000000000, every = 10>

// -----

// expected-error@+1 {{every must be at least 1}}
#step_c3 = #train.step<initial = 0.1, factor = 0.5, every = 0>

// -----

// expected-error@+1 {{initial must be finite and not negative}}
#cosine_c1 = #train.cosine<initial = 0x7FF8000000000000, final = 0.1>

// -----

// expected-error@+1 {{final must be finite and not negative}}
#cosine_c2 = #train.cosine<initial = 0.1, final = -0.1>

// -----

// expected-error@+1 {{steps must not be negative}}
#cosine_c3 = #train.cosine<initial = 0.1, steps = -1>

// -----

// What is not named is not a field.
// expected-error@+1 {{duplicate or unknown struct parameter name: peak}}
#cosine_typo = #train.cosine<peak = 0.1>

// -----

// expected-error@+1 {{initial must be finite and not negative}}
#polynomial_c1 = #train.polynomial<initial = -0.1>

// -----

// expected-error@+1 {{final must be finite and not negative}}
#polynomial_c2 = #train.polynomial<initial = 0.1, final = -0.1>

// -----

// expected-error@+1 {{power must be positive and finite}}
#polynomial_c3 = #train.polynomial<initial = 0.1, power = 0.0>

// -----

// expected-error@+1 {{steps must not be negative}}
#polynomial_c4 = #train.polynomial<initial = 0.1, steps = -1>

// -----

// expected-error@+1 {{initial must be finite and not negative}}
#exponential_c1 = #train.exponential<initial = -0.1, factor = 0.5, every = 1>

// -----

// expected-error@+1 {{factor must be positive and finite}}
#exponential_c2 = #train.exponential<initial = 0.1, factor = 0.0, every = 1>

// -----

// expected-error@+1 {{every must be at least 1}}
#exponential_c3 = #train.exponential<initial = 0.1, factor = 0.5, every = 0>

// -----

// expected-error@+1 {{peak must be finite and not negative}}
#one_cycle_c1 = #train.one_cycle<peak = -0.1>

// -----

// expected-error@+1 {{both divisors must be positive and finite}}
#one_cycle_c2 = #train.one_cycle<peak = 0.1, divisor = 0.0>

// -----

// expected-error@+1 {{rise must be between 0 and 1}}
#one_cycle_c3 = #train.one_cycle<peak = 0.1, rise = 1.5>

// -----

// expected-error@+1 {{steps must not be negative}}
#one_cycle_c4 = #train.one_cycle<peak = 0.1, steps = -1>

// -----

// expected-error@+1 {{initial must be finite and not negative}}
#cosine_restarts_c1 = #train.cosine_restarts<initial = -0.1, first = 3>

// -----

// expected-error@+1 {{final must be finite and not negative}}
#cosine_restarts_c2 = #train.cosine_restarts<initial = 0.1, final = -0.1, first = 3>

// -----

// expected-error@+1 {{first must be at least 1}}
#cosine_restarts_c3 = #train.cosine_restarts<initial = 0.1, first = 0>

// -----

// expected-error@+1 {{factor must be finite and at least 1}}
#cosine_restarts_c4 = #train.cosine_restarts<initial = 0.1, first = 3, factor = 0.5>

// -----

// expected-error@+1 {{each rate must be finite and not negative}}
#piecewise_c1 = #train.piecewise<initial = 0.1, steps = [3], rates = [-1.0]>

// -----

// expected-error@+1 {{steps must increase from 1 on, with a rate for each}}
#piecewise_c2 = #train.piecewise<initial = 0.1, steps = [3, 3], rates = [0.5, 0.1]>

// -----

// expected-error@+1 {{steps must increase from 1 on, with a rate for each}}
#piecewise_c2_count = #train.piecewise<initial = 0.1, steps = [3, 9], rates = [0.5]>
