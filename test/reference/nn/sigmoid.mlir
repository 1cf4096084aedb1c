// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[-2.5, -1.0, -0.25, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -3.5, 4.0, -0.625]]> : tensor<3x5xf64>
  %y = nn.sigmoid %x : tensor<3x5xf64>
  %expected = nn.constant dense<
      [[0.07585818002124355, 0.2689414213699951, 0.43782349911420193, 0.5, 0.5312093733737563],
      [0.6224593312018546, 0.679178699175393, 0.7310585786300049, 0.8175744761936437, 0.8807970779778823],
      [0.9046505351008906, 0.9525741268224334, 0.02931223075135632, 0.9820137900379085,
        0.34864513533394575]]> : tensor<3x5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3x5xf64>
  return
}

// At the edges of the domain.
func.func @special_values() {
  %x = nn.constant dense<[0x7FF0000000000000, 0xFFF0000000000000, 0.0, -1000.0, 0x7FF8000000000000]> : tensor<5xf64>
  %y = nn.sigmoid %x : tensor<5xf64>
  %expected = nn.constant dense<[1.0, 0.0, 0.5, 0.0, 0x7FF8000000000000]> : tensor<5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<5xf64>
  return
}
