// RUN: gradus-opt %s --rt-collect-model -split-input-file -verify-diagnostics

// expected-error@+1 {{has no rt.plan; run rt-plan-arena before rt-collect-model}}
func.func @no_plan() attributes {train.entry = #train.entry<eval>} {
  return
}

// -----

rt.kernel @k() kind generic {
  rt.yield
}
func.func @no_slots() attributes {train.entry = #train.entry<eval>, rt.plan = #rt.plan<arena_bytes = 0>} {
  // expected-error@+1 {{has no slots; run rt-plan-arena before rt-collect-model}}
  rt.launch @k() : () -> ()
  return
}

// -----

rt.kernel @k() kind generic {
  rt.yield
}
func.func @no_code() attributes {train.entry = #train.entry<eval>, rt.plan = #rt.plan<arena_bytes = 0>} {
  // expected-error@+1 {{has a kernel without code; run cpu-lower-kernels or gpu-lower-kernels before rt-collect-model}}
  rt.launch @k() slots [] -> [] : () -> ()
  return
}

// -----

train.parameter @w : tensor<5xi1> init #train.constant_init<value = 0.0>
// expected-error@+1 {{variable 'w' has element type 'i1', which programs do not store; use f32, f64, i32 or i64}}
rt.variable @w at 0 : tensor<5xi1>

// -----

// expected-error@+1 {{input 'x' has element type 'bf16'}}
func.func @input(%x: tensor<5xbf16> {train.name = "x"}) attributes {train.entry = #train.entry<eval>, rt.plan = #rt.plan<arena_bytes = 0>} {
  return
}

// -----

// expected-error@+1 {{output 'y' has element type 'i8'}}
func.func @output(%x: tensor<5xi32>) -> (tensor<5xi8> {train.name = "y"}) attributes {train.entry = #train.entry<eval>, rt.plan = #rt.plan<arena_bytes = 64, results = [<arena, 0>]>} {
  %0 = arith.trunci %x : tensor<5xi32> to tensor<5xi8>
  return %0 : tensor<5xi8>
}

// -----

// expected-error@+1 {{the module has a model already}}
rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 0 {
}

// -----

// expected-error@+1 {{is neither an entry point nor a kernel; a program has only these}}
func.func @helper(%x: tensor<5xf32>) -> tensor<5xf32> {
  return %x : tensor<5xf32>
}

// -----

// expected-error@+1 {{is a kernel, but its last argument is no scratch memory}}
func.func @no_scratch() attributes {rt.config = #rt.cpu_launch<units = 1>} {
  return
}

// -----

// expected-error@+1 {{is a kernel with an argument of type 'memref<?xf32>'}}
func.func @no_size(%x: memref<?xf32>, %begin: index, %end: index, %scratch: memref<0xi8>) attributes {rt.config = #rt.cpu_launch<units = 1>} {
  return
}
