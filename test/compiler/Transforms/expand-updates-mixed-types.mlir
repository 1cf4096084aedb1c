// RUN: gradus-opt %s --train-expand-updates
// The verifier of train.clip_norm takes f32 and f64 together.

func.func @clip(%g: tensor<3xf32>, %h: tensor<2xf64>) -> (tensor<3xf32>, tensor<2xf64>) {
  %c:2 = train.clip_norm %g, %h max 1.0 : tensor<3xf32>, tensor<2xf64> -> tensor<3xf32>, tensor<2xf64>
  return %c#0, %c#1 : tensor<3xf32>, tensor<2xf64>
}
