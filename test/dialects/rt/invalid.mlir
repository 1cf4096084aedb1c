// RUN: gradus-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{unknown kernel kind 'diagonal'}}
rt.kernel @k(%x: tensor<5xf32>) -> tensor<5xf32> kind diagonal {
  rt.yield %x : tensor<5xf32>
}

// -----

rt.kernel @k(%x: tensor<5xf32>) -> tensor<7xf32> kind elementwise {
  // expected-error@+1 {{yields other types than kernel @k returns}}
  rt.yield %x : tensor<5xf32>
}

// -----

rt.kernel @k(%x: tensor<5xf32>) -> tensor<5xf32> kind elementwise {
  // expected-error@+1 {{yields other types than kernel @k returns}}
  rt.yield
}

// -----

func.func @yield_outside(%x: tensor<5xf32>) {
  // expected-error@+1 {{expects parent op 'rt.kernel'}}
  rt.yield %x : tensor<5xf32>
}

// -----

func.func @launch_c1_missing(%x: tensor<5xf32>) {
  // expected-error@+1 {{@k does not name an rt.kernel}}
  %0 = rt.launch @k(%x) : (tensor<5xf32>) -> tensor<5xf32>
  return
}

// -----

train.state @k : tensor<5xf32>
func.func @launch_c1_not_a_kernel(%x: tensor<5xf32>) {
  // expected-error@+1 {{@k does not name an rt.kernel}}
  %0 = rt.launch @k(%x) : (tensor<5xf32>) -> tensor<5xf32>
  return
}

// -----

rt.kernel @k(%x: tensor<5xf32>) -> tensor<5xf32> kind elementwise {
  rt.yield %x : tensor<5xf32>
}
func.func @launch_c1_operands(%x: tensor<7xf32>) {
  // expected-error@+1 {{types differ from those of kernel @k}}
  %0 = rt.launch @k(%x) : (tensor<7xf32>) -> tensor<5xf32>
  return
}

// -----

rt.kernel @k(%x: tensor<5xf32>) -> tensor<5xf32> kind elementwise {
  rt.yield %x : tensor<5xf32>
}
func.func @launch_c1_results(%x: tensor<5xf32>) {
  // expected-error@+1 {{types differ from those of kernel @k}}
  rt.launch @k(%x) : (tensor<5xf32>) -> ()
  return
}

// -----

rt.kernel @k() kind generic {
  rt.yield
}
func.func @launch_c2() {
  // expected-error@+1 {{has slots for operands or for results only}}
  "rt.launch"() <{kernel = @k, operand_slots = []}> : () -> ()
  return
}

// -----

rt.kernel @k(%x: tensor<5xf32>) -> tensor<5xf32> kind elementwise {
  rt.yield %x : tensor<5xf32>
}
func.func @launch_c3(%x: tensor<5xf32>) {
  // expected-error@+1 {{has 1 operands and 1 results, but slots for 2 and 1}}
  %0 = rt.launch @k(%x) slots [inputs 0, inputs 1] -> [arena 0] : (tensor<5xf32>) -> tensor<5xf32>
  return
}

// -----

rt.kernel @k(%x: tensor<5xf32>) -> tensor<5xf32> kind elementwise {
  rt.yield %x : tensor<5xf32>
}
func.func @launch_c4(%x: tensor<5xf32>) {
  // expected-error@+1 {{stores a result in the segment 'inputs'}}
  %0 = rt.launch @k(%x) slots [inputs 0] -> [inputs 0] : (tensor<5xf32>) -> tensor<5xf32>
  return
}

// -----

rt.kernel @k() kind generic {
  rt.yield
}
func.func @slot_of_no_segment() {
  // expected-error@+1 {{unknown segment 'heap'}}
  rt.launch @k() slots [heap 0] -> [] : () -> ()
  return
}

// -----

rt.kernel @k() kind generic {
  rt.yield
}
func.func @slot_c1() {
  // expected-error@+1 {{offset -8 is negative}}
  rt.launch @k() slots [arena -8] -> [] : () -> ()
  return
}

// -----

rt.kernel @k() kind generic {
  rt.yield
}
func.func @slot_c2() {
  // expected-error@+1 {{there is no counter at 24; they are at 0, 8 and 16}}
  rt.launch @k() slots [counters 24] -> [] : () -> ()
  return
}

// -----

func.func @copy_of_other_type(%x: tensor<5xf32>) {
  // expected-error@+1 {{requires the same type for all operands and results}}
  %0 = "rt.copy"(%x) : (tensor<5xf32>) -> tensor<7xf32>
  return
}

// -----

train.state @w : tensor<5xf32>
// expected-error@+1 {{offset 20 is not a multiple of 64}}
rt.variable @w at 20 : tensor<5xf32>

// -----

// expected-error@+1 {{@w does not name a parameter or state}}
rt.variable @w at 0 : tensor<5xf32>

// -----

train.state @w : tensor<5xf32>
// expected-error@+1 {{@w has type 'tensor<5xf32>', not 'tensor<7xf32>'}}
rt.variable @w at 0 : tensor<7xf32>

// -----

// expected-error@+1 {{the rt dialect knows no attribute 'rt.units'}}
func.func @unknown_attribute() attributes {rt.units = 3 : i64} {
  return
}

// -----

// expected-error@+1 {{'rt.config' must be a #rt.cpu_launch or #rt.gpu_launch, on a function}}
func.func @config_of_other_type() attributes {rt.config = 3 : i64} {
  return
}

// -----

// expected-error@+1 {{'rt.cost' must be a #rt.cost, on a function}}
module attributes {rt.cost = #rt.cost<flops = 1, bytes = 1>} {
}

// -----

// expected-error@+1 {{'rt.precision' must be a #rt.precision, on a function}}
func.func @precision_of_other_type() attributes {rt.precision = "tf32"} {
  return
}

// -----

// expected-error@+1 {{'rt.recipe_hash' must be 64 hexadecimal digits, on a module}}
module attributes {rt.recipe_hash = "abc"} {
}

// -----

// expected-error@+1 {{a launch of -1 work items}}
func.func @cpu_launch_c1() attributes {rt.config = #rt.cpu_launch<units = -1>} {
  return
}

// -----

// expected-error@+1 {{a launch of -1 blocks}}
func.func @gpu_launch_c1() attributes {rt.config = #rt.gpu_launch<blocks = -1, threads = 64>} {
  return
}

// -----

// expected-error@+1 {{a block has 1 to 1024 threads, not 2048}}
func.func @gpu_launch_c2() attributes {rt.config = #rt.gpu_launch<blocks = 1, threads = 2048>} {
  return
}

// -----

// expected-error@+1 {{a cost is not negative}}
func.func @cost_c1() attributes {rt.cost = #rt.cost<flops = -1, bytes = 0>} {
  return
}

// -----

// expected-error@+1 {{an arena of -64 bytes}}
func.func @plan_c1() attributes {rt.plan = #rt.plan<arena_bytes = -64>} {
  return
}

// -----

// expected-error@+1 {{has 1 results, but its plan has 0 slots}}
func.func @plan_c2(%x: tensor<5xf32>) -> tensor<5xf32> attributes {rt.plan = #rt.plan<arena_bytes = 64>} {
  return %x : tensor<5xf32>
}

// -----

rt.kernel @k(%x: tensor<5xf32>) -> tensor<5xf32> kind elementwise {
  rt.yield %x : tensor<5xf32>
}
func.func @plan_c3(%x: tensor<5xf32>) attributes {rt.plan = #rt.plan<arena_bytes = 64>} {
  // expected-error@+1 {{stores 20 bytes at 64 of an arena of 64}}
  %0 = rt.launch @k(%x) slots [inputs 0] -> [arena 64] : (tensor<5xf32>) -> tensor<5xf32>
  return
}

// -----

// expected-error@+1 {{reads input 1 of 1}}
func.func @plan_c4(%x: tensor<5xf32>) -> tensor<5xf32> attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<inputs, 1>]>} {
  return %x : tensor<5xf32>
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
}
// expected-error@-2 {{is not the only one of its module}}
rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
}

// -----

// expected-error@+1 {{holds variables, kernels and entry points, in this order; 'rt.model.variable' is out of place}}
rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  rt.model.kernel @k calls "k" config #rt.cpu_launch<units = 4> cost <flops = 5, bytes = 40>
  rt.model.variable @w : tensor<2x3xf32> at 0
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  rt.model.entry eval batch 4 arena_bytes 64 {
  }
  // expected-error@+1 {{is the second of kind 'eval'}}
  rt.model.entry eval batch 4 arena_bytes 64 {
  }
}

// -----

// expected-error@+1 {{recipe_hash must be 64 hexadecimal digits}}
rt.model "m" by "" for "" recipe_hash "12" variables_bytes 64 {
}

// -----

// expected-error@+1 {{recipe must be a #train.recipe}}
rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 attributes {recipe = 3 : i64} {
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  // expected-error@+1 {{does not end within the 64 bytes of variables}}
  rt.model.variable @w : tensor<2x3xf32> at 64
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  // expected-error@+1 {{offset 4 is not a multiple of 64}}
  rt.model.variable @w : tensor<2x3xf32> at 4
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  // expected-error@+1 {{is a state, and those are not frozen}}
  rt.model.variable @w : tensor<2x3xf32> at 0 frozen
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  // expected-error@+1 {{attribute 'type' failed to satisfy constraint}}
  rt.model.variable @w : tensor<2x3xbf16> at 0
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  // expected-error@+1 {{has a negative size}}
  rt.model.kernel @k calls "k" config #rt.cpu_launch<units = 4> cost <flops = 5, bytes = 40> scratch_bytes -1
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  // expected-error@+1 {{has a negative size}}
  rt.model.entry eval batch 4 arena_bytes -1 {
  }
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  // expected-error@+1 {{holds inputs, launches and outputs, in this order; 'rt.model.input' is out of place}}
  rt.model.entry eval batch 4 arena_bytes 64 {
    rt.model.output "y" at <arena, 0> : tensor<4xf32>
    rt.model.input "x" : tensor<4xf32>
  }
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  rt.model.entry eval batch 4 arena_bytes 64 {
    // expected-error@+1 {{@k does not name a kernel of the model}}
    rt.model.launch @k slots [] -> [arena 0] : [tensor<4xf32>]
  }
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  rt.model.entry eval batch 4 arena_bytes 64 {
    // expected-error@+1 {{has 1 results, but slots for 0}}
    rt.model.launch @k slots [] -> [] : [tensor<4xf32>]
  }
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  rt.model.entry eval batch 4 arena_bytes 64 {
    // expected-error@+1 {{stores a result in the segment 'counters'}}
    rt.model.launch @k slots [] -> [counters 0] : [tensor<4xf32>]
  }
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  rt.model.entry eval batch 4 arena_bytes 64 {
    // expected-error@+1 {{has a result of type 'f32'}}
    rt.model.launch @k slots [] -> [arena 0] : [f32]
  }
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  rt.model.kernel @k calls "k" config #rt.cpu_launch<units = 4> cost <flops = 5, bytes = 40>
  rt.model.entry eval batch 4 arena_bytes 64 {
    // expected-error@+1 {{stores 16 bytes at 64 of an arena of 64}}
    rt.model.launch @k slots [] -> [arena 64] : [tensor<4xf32>]
  }
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  rt.model.entry eval batch 4 arena_bytes 64 {
    // expected-error@+1 {{reads input 0 of 0}}
    rt.model.output "y" at <inputs, 0> : tensor<4xf32>
  }
}

// -----

// expected-error@+1 {{takes and returns tensors of numbers, of static shape, not 'f32'}}
rt.kernel @kernel_c1(%x: f32) -> f32 kind elementwise {
  rt.yield %x : f32
}

// -----

// expected-error@+1 {{of static shape, not 'tensor<?xf32>'}}
rt.kernel @kernel_c1_dynamic(%x: tensor<?xf32>) -> tensor<?xf32> kind elementwise {
  rt.yield %x : tensor<?xf32>
}

// -----

// expected-error@+1 {{of static shape, not 'tensor<9223372036854775807x8xf32>'}}
rt.kernel @kernel_c1_too_large(%x: tensor<9223372036854775807x8xf32>) kind elementwise {
  rt.yield
}

// -----

func.func private @compiled(memref<5xf32>)
func.func @launch_c1_function(%x: tensor<5xf32>) {
  // expected-error@+1 {{has 2 operands and results, but @compiled takes 1 arguments}}
  %0 = rt.launch @compiled(%x) : (tensor<5xf32>) -> tensor<5xf32>
  return
}

// -----

func.func private @compiled(memref<5xf32>, memref<5xf32>)
func.func @launch_of_pointers(%x: tensor<5xf32>) attributes {rt.plan = #rt.plan<arena_bytes = 64>} {
  // expected-error@+1 {{has a slot for a value of type 'tensor<5x!llvm.ptr>', which has no size in bytes}}
  %0 = rt.launch @compiled(%x) slots [inputs 0] -> [arena 0] : (tensor<5xf32>) -> tensor<5x!llvm.ptr>
  return
}

// -----

// expected-error@+1 {{has a slot for a value of type 'tensor<5xindex>', which has no size in bytes}}
func.func @plan_index(%x: tensor<5xindex>) -> tensor<5xindex> attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<arena, 0>]>} {
  return %x : tensor<5xindex>
}

// -----

// expected-error@+1 {{stores 20 bytes at 9223372036854775807 of an arena of 64}}
func.func @plan_c3_overflow(%x: tensor<5xf32>) -> tensor<5xf32> attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<arena, 9223372036854775807>]>} {
  return %x : tensor<5xf32>
}

// -----

// expected-error@+1 {{has -64 bytes of variables}}
rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes -64 {
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  // expected-error@+1 {{does not end within the 64 bytes of variables}}
  rt.model.variable @w : tensor<2x3xf32> at 9223372036854775744
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  // expected-error@+1 {{has the type 'tensor<4611686018427387904x3xf32>', which is too large}}
  rt.model.variable @w : tensor<4611686018427387904x3xf32> at 0
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  rt.model.kernel @k calls "k" config #rt.cpu_launch<units = 4> cost <flops = 5, bytes = 40>
  rt.model.entry eval batch 4 arena_bytes 64 {
    // expected-error@+1 {{has a result of type 'tensor<?x2xf32>'}}
    rt.model.launch @k slots [] -> [arena 0] : [tensor<?x2xf32>]
  }
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  // expected-error@+1 {{'kind'}}
  "rt.model.entry"() <{kind = 7 : i32, batch = 1 : i64, arena_bytes = 4 : i64}> ({
  ^bb0:
  }) : () -> ()
}

// -----

rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 64 {
  rt.model.entry eval batch 4 arena_bytes 64 {
    // expected-error@+1 {{of 'tensor<4xf32>' cannot hold indices}}
    rt.model.input "x" indices 3 : tensor<4xf32>
  }
}
