// RUN: gradus-opt %s --rt-form-kernels -split-input-file -verify-diagnostics

func.func @condition_in_memory(%x: tensor<5xf32>, %y: tensor<5xf32>) -> tensor<5xi1> attributes {train.entry = #train.entry<predict>} {
  // expected-error@+1 {{a tensor of i1 cannot be stored; cast it to i32 first}}
  %0 = nn.compare lt %x, %y : tensor<5xf32> -> tensor<5xi1>
  return %0 : tensor<5xi1>
}
