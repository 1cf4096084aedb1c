// RUN: gradus-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{'train.entry' must be a #train.entry on a function}}
func.func @text() attributes {train.entry = "train"} {
  return
}

// -----

// expected-error@+1 {{'train.entry' must be a #train.entry on a function}}
module attributes {train.entry = #train.entry<train>} {
}

// -----

// expected-error@+2 {{expected one of [train, eval, predict] for what an entry point is for, got: test}}
// expected-error@+1 {{failed to parse}}
#entry_kind = #train.entry<test>

// -----

train.parameter @w : tensor<3xf32> init #train.constant_init<value = 0.0>
func.func @c1_two_writes(%x: tensor<3xf32>) attributes {train.entry = #train.entry<train>} {
  train.write @w, %x : tensor<3xf32>
  // expected-error@+1 {{@w is written twice in one step}}
  train.write @w, %x : tensor<3xf32>
  return
}

// -----

// expected-error@+1 {{the train dialect has no attribute "train.entrance"}}
func.func private @unknown() attributes {train.entrance = #train.entry<train>}

// -----

// expected-error@+1 {{the train dialect has no attribute "train.title" of arguments or results}}
func.func private @unknown_of_an_argument(tensor<3xf32> {train.title = "x"})

// -----

// expected-error@+1 {{'train.name' must be a string}}
func.func private @name_of_a_result() -> (tensor<3xf32> {train.name = 1})

// -----

// expected-error@+1 {{is an entry point without a body}}
func.func private @c2_declared(tensor<3xf32>) attributes {train.entry = #train.entry<predict>}

// -----

// expected-error@+1 {{is an entry point, which takes and returns tensors of static shape, not 'tensor<?xf32>'}}
func.func @c2_dynamic(%x: tensor<?xf32>) attributes {train.entry = #train.entry<predict>} {
  return
}

// -----

// expected-error@+1 {{tensors of static shape, not 'f32'}}
func.func @c2_scalar(%x: tensor<3xf32>, %y: f32) -> f32 attributes {train.entry = #train.entry<predict>} {
  return %y : f32
}
