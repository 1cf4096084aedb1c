// RUN: gradus-opt %s --convert-nn-to-linalg -split-input-file -verify-diagnostics

func.func @composite(%x: tensor<3x5xf32>) -> tensor<3x5xf32> {
  // expected-error@+1 {{'nn.softmax' has no lowering to linalg; run nn-decompose first}}
  %0 = nn.softmax %x dim 1 : tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

// -----

func.func @dropout(%x: tensor<3x5xf32>, %s: tensor<i64>) -> tensor<3x5xf32> {
  // expected-error@+1 {{'nn.dropout' has no lowering to linalg; run nn-decompose first}}
  %0 = nn.dropout %x, %s, %s rate 0.5 stream 1 : tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}
