module @t attributes {rt.recipe_hash = "7bf4b0f0b0a6ae23e9b94a3c7de7773718fdb121af82811e201cc8a662356b9a", train.recipe = #train.recipe<epochs = 1, data = <source = <kind = npy, parts = [<input = "x", path = "x">, <input = "t", path = "t">]>>>} {
  train.parameter @y.weight : tensor<1x2xf32> init #train.uniform_init<low = -0.70710678118654746, high = 0.70710678118654746>
  func.func @train(%arg0: tensor<3x2xf32> {train.name = "x"}, %arg1: tensor<3x1xf32> {train.name = "t"}) -> (tensor<f32> {train.name = "loss"}, tensor<f64> {train.name = "lr"}) attributes {train.entry = #train.entry<train>} {
    %0 = train.counter seed
    %1 = train.counter step
    %2 = train.read @y.weight : tensor<1x2xf32>
    %3 = nn.matmul %arg0, %2 transpose_rhs : tensor<3x2xf32>, tensor<1x2xf32>
    %4 = nn.sub %3, %arg1 : tensor<3x1xf32>
    %5 = nn.mul %4, %4 : tensor<3x1xf32>
    %6 = nn.reduce sum %5 dims [0, 1] : tensor<3x1xf32>
    %7 = nn.constant dense<0.333333343> : tensor<f32>
    %8 = nn.mul %6, %7 : tensor<f32>
    %9 = train.grad %8 wrt %2 : tensor<f32>, tensor<1x2xf32> -> tensor<1x2xf32>
    %10 = train.learning_rate #train.constant<rate = 1.000000e-01>
    train.update.sgd @y.weight by %9 rate %10 {momentum = 0.000000e+00 : f64, nesterov = false, weightDecay = 0.000000e+00 : f64} : tensor<1x2xf32>
    return %8, %10 : tensor<f32>, tensor<f64>
  }
  func.func @eval(%arg0: tensor<3x2xf32> {train.name = "x"}, %arg1: tensor<3x1xf32> {train.name = "t"}) -> (tensor<3xf32> {train.name = "loss"}) attributes {train.entry = #train.entry<eval>} {
    %0 = train.read @y.weight : tensor<1x2xf32>
    %1 = nn.matmul %arg0, %0 transpose_rhs : tensor<3x2xf32>, tensor<1x2xf32>
    %2 = nn.sub %1, %arg1 : tensor<3x1xf32>
    %3 = nn.mul %2, %2 : tensor<3x1xf32>
    %4 = nn.reduce sum %3 dims [1] : tensor<3x1xf32>
    %5 = nn.constant dense<1.000000e+00> : tensor<3xf32>
    %6 = nn.mul %4, %5 : tensor<3xf32>
    return %6 : tensor<3xf32>
  }
  func.func @predict(%arg0: tensor<1x2xf32> {train.name = "x"}) -> (tensor<1x1xf32> {train.name = "output"}) attributes {train.entry = #train.entry<predict>} {
    %0 = train.read @y.weight : tensor<1x2xf32>
    %1 = nn.matmul %arg0, %0 transpose_rhs : tensor<1x2xf32>, tensor<1x2xf32>
    return %1 : tensor<1x1xf32>
  }
}
