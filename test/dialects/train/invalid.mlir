// RUN: gradus-opt %s -split-input-file -verify-diagnostics

func.func @read_c1_missing() {
  // expected-error@+1 {{@w does not name a parameter or state}}
  %0 = train.read @w : tensor<3xf32>
  return
}

// -----

func.func private @w()
func.func @read_c1_not_a_variable() {
  // expected-error@+1 {{@w does not name a parameter or state}}
  %0 = train.read @w : tensor<3xf32>
  return
}

// -----

train.parameter @w : tensor<3xf32> init #train.constant_init<value = 0.0>
func.func @read_c1_type() {
  // expected-error@+1 {{@w has type 'tensor<3xf32>', not 'tensor<4xf32>'}}
  %0 = train.read @w : tensor<4xf32>
  return
}

// -----

func.func @write_c1_missing(%v: tensor<3xf32>) {
  // expected-error@+1 {{@w does not name a parameter or state}}
  train.write @w, %v : tensor<3xf32>
  return
}

// -----

train.state @w : tensor<3xf32>
func.func @write_c1_type(%v: tensor<3xf64>) {
  // expected-error@+1 {{@w has type 'tensor<3xf32>', not 'tensor<3xf64>'}}
  train.write @w, %v : tensor<3xf64>
  return
}

// -----

func.func @grad_c1(%l: tensor<1xf32>, %w: tensor<3xf32>) {
  // expected-error@+1 {{operand #0 must be 0D tensor}}
  %0 = train.grad %l wrt %w : tensor<1xf32>, tensor<3xf32> -> tensor<3xf32>
  return
}

// -----

func.func @grad_c2_type(%l: tensor<f32>, %w: tensor<3xf32>) {
  // expected-error@+1 {{results must have the types of the tensors differentiated by}}
  %0 = train.grad %l wrt %w : tensor<f32>, tensor<3xf32> -> tensor<4xf32>
  return
}

// -----

func.func @grad_c2_count(%l: tensor<f32>, %w: tensor<3xf32>) {
  // expected-error@+1 {{results must have the types of the tensors differentiated by}}
  %0:2 = train.grad %l wrt %w : tensor<f32>, tensor<3xf32> -> tensor<3xf32>, tensor<3xf32>
  return
}

// -----

func.func @clip_norm_types(%g: tensor<3xf32>) {
  // expected-error@+1 {{results must have the types of the gradients}}
  %0 = train.clip_norm %g max 1.0 : tensor<3xf32> -> tensor<4xf32>
  return
}

// -----

func.func @clip_norm_max(%g: tensor<3xf32>) {
  // expected-error@+1 {{max norm must be positive}}
  %0 = train.clip_norm %g max 0.0 : tensor<3xf32> -> tensor<3xf32>
  return
}

// -----

train.state @w : tensor<3xf32>
func.func @sgd_of_a_state(%g: tensor<3xf32>, %r: tensor<f64>) {
  // expected-error@+1 {{@w does not name a parameter}}
  train.update.sgd @w by %g rate %r {momentum = 0.0, nesterov = false, weightDecay = 0.0} : tensor<3xf32>
  return
}

// -----

train.parameter @w : tensor<3xf32> init #train.constant_init<value = 0.0>
func.func @adam_type(%g: tensor<5xf32>, %r: tensor<f64>) {
  // expected-error@+1 {{@w has type 'tensor<3xf32>', not 'tensor<5xf32>'}}
  train.update.adam @w by %g rate %r {beta1 = 0.9, beta2 = 0.999, epsilon = 1.0e-8, weightDecay = 0.0, decoupled = true} : tensor<5xf32>
  return
}

// -----

func.func @rmsprop_missing(%g: tensor<5xf32>, %r: tensor<f64>) {
  // expected-error@+1 {{@w does not name a parameter}}
  train.update.rmsprop @w by %g rate %r {alpha = 0.99, epsilon = 1.0e-8, momentum = 0.0, weightDecay = 0.0} : tensor<5xf32>
  return
}

// -----

// expected-error@+1 {{'train.indices' must be a positive i64, on an argument of integers}}
func.func @indices_of_floats(%x: tensor<3xf32> {train.indices = 4 : i64}) {
  return
}

// -----

// expected-error@+1 {{'train.indices' must be a positive i64, on an argument of integers}}
func.func @no_indices(%x: tensor<3xi32> {train.indices = 0 : i64}) {
  return
}

// -----

// expected-error@+1 {{'train.mixes_samples' must be a string on a function}}
func.func @mixes(%x: tensor<3xi32>) attributes {train.mixes_samples = 1 : i64} {
  return
}
