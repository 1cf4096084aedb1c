// RUN: gradus-opt %s --rt-form-kernels
// A reduction over no dimension is valid, and simplification may be left out.

func.func @over_nothing(%x: tensor<3xf32>) -> tensor<3xf32> attributes {train.entry = "predict"} {
  %0 = nn.reduce sum %x dims [] : tensor<3xf32>
  return %0 : tensor<3xf32>
}
