// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[-2.5, -1.0, -0.25, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -3.5, 4.0, -0.625]]> : tensor<3x5xf64>
  %y = nn.sin %x : tensor<3x5xf64>
  %expected = nn.constant dense<
      [[-0.5984721441039565, -0.8414709848078965, -0.24740395925452294, 0.0, 0.12467473338522769],
      [0.479425538604203, 0.6816387600233341, 0.8414709848078965, 0.9974949866040544, 0.9092974268256817],
      [0.7780731968879212, 0.1411200080598672, 0.35078322768961984, -0.7568024953079282,
        -0.5850972729404622]]> : tensor<3x5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3x5xf64>
  return
}

// At the edges of the domain.
func.func @special_values() {
  %x = nn.constant dense<[0.0, 0x7FF8000000000000]> : tensor<2xf64>
  %y = nn.sin %x : tensor<2xf64>
  %expected = nn.constant dense<[0.0, 0x7FF8000000000000]> : tensor<2xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<2xf64>
  return
}
