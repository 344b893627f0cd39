pragma circom 2.2.0;

include "../arithmetic/integers.circom";

// c = a * b, [m, k] times [k, n], all row-major, where each c is confined elsewhere: then several rows are checked at
// once, as digits to the base 2^bits. The sum over a chunk of rows of 2^(bits * row) * c[row] is the product of the packed
// rows of a with b's column. Two such sums of digits less than 2^bits apart are the same only if all digits are: a chunk
// stays below 2^250, so there is no other solution modulo r.
//
// Ranges: each c[i] in some interval of 2^bits integers that also holds the true product; NOT enforced here, and without
// it this template is worth nothing: whoever uses it must decompose every c[i]. bits in [1, 125].
// Constraints: k for each column and each chunk of floor(250 / bits) rows.
template PackedMatMul(m, k, n, bits) {
    assert(m >= 1 && k >= 1 && n >= 1 && bits >= 1 && bits <= 125);
    signal input a[m * k];
    signal input b[k * n];
    signal input c[m * n];
    var rows = 250 \ bits;
    var chunks = ceilDivide(m, rows);

    signal product[chunks][n][k - 1];
    for (var chunk = 0; chunk < chunks; chunk++) {
        for (var column = 0; column < n; column++) {
            var packed[k];
            var claim = 0;
            var digit = 1;
            for (var row = chunk * rows; row < smaller(m, (chunk + 1) * rows); row++) {
                for (var i = 0; i < k; i++) {
                    packed[i] += digit * a[row * k + i];
                }
                claim += digit * c[row * n + column];
                digit *= 1 << bits;
            }
            for (var i = 0; i < k - 1; i++) {
                product[chunk][column][i] <== packed[i] * b[i * n + column];
                claim -= product[chunk][column][i];
            }
            packed[k - 1] * b[(k - 1) * n + column] === claim;
        }
    }
}
