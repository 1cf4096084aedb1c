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
