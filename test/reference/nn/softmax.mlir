// RUN: gradus-opt %s --reference-run

func.func @rows() {
  %x = nn.constant dense<[[0.5, -1.0, 2.0, 0.25, 1.5], [3.0, 3.0, -2.0, 0.0, 1.0], [-4.0, -5.0, -3.5, -6.0, -4.25]]> : tensor<3x5xf64>
  %y = nn.softmax %x dim 1 : tensor<3x5xf64>
  %expected = nn.constant dense<
      [[0.10867318703986656, 0.024248265628045693, 0.4870394345953742, 0.08463476316551333, 0.29540434957120026],
      [0.4562334564101105, 0.4562334564101105, 0.0030740768485008944, 0.022714526285997048, 0.0617444840452811],
      [0.2544052314953337, 0.09359045439359476, 0.4194433165437468, 0.034430004061297,
        0.19813099350602786]]> : tensor<3x5xf64>
  // Some ulp of exp and log, and literals of 16 digits.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-13 : tensor<3x5xf64>
  return
}

func.func @columns() {
  %x = nn.constant dense<[[0.5, -1.0, 2.0, 0.25, 1.5], [3.0, 3.0, -2.0, 0.0, 1.0], [-4.0, -5.0, -3.5, -6.0, -4.25]]> : tensor<3x5xf64>
  %y = nn.softmax %x dim 0 : tensor<3x5xf64>
  %expected = nn.constant dense<
      [[0.07579430753228171, 0.017980286735531543, 0.9780884609612482, 0.5615670568951784, 0.6212285831965879],
      [0.9233636937677236, 0.9816903928255046, 0.017914315052204, 0.4373488636570691, 0.37679418239857104],
      [0.0008419986999945902, 0.00032932043896389293, 0.003997223986547706, 0.0010840794477525186,
        0.001977234404841008]]> : tensor<3x5xf64>
  // Some ulp of exp and log, and literals of 16 digits.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-13 : tensor<3x5xf64>
  return
}

func.func @does_not_overflow() {
  %x = nn.constant dense<[1000.0, 998.0, -1000.0]> : tensor<3xf64>
  %y = nn.softmax %x dim 0 : tensor<3xf64>
  %expected = nn.constant dense<[0.8807970779778823, 0.11920292202211755, 0.0]> : tensor<3xf64>
  // Some ulp of exp and log, and literals of 16 digits.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-13 : tensor<3xf64>
  return
}
