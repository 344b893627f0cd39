pragma circom 2.2.0;

// c = a * b, [m, k] times [k, n], all row-major. Any field elements.
// Constraints: k an element, the last product being that of the sum.
template MatMul(m, k, n) {
    assert(m >= 1 && k >= 1 && n >= 1);
    signal input a[m * k];
    signal input b[k * n];
    signal output c[m * n];
    signal product[m * n][k - 1];
    for (var row = 0; row < m; row++) {
        for (var column = 0; column < n; column++) {
            var at = row * n + column;
            var sum = 0;
            for (var i = 0; i < k - 1; i++) {
                product[at][i] <== a[row * k + i] * b[i * n + column];
                sum += product[at][i];
            }
            c[at] <== a[row * k + k - 1] * b[(k - 1) * n + column] + sum;
        }
    }
}
