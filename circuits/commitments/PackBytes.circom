pragma circom 2.2.0;

include "../arithmetic/Same.circom";
include "../arithmetic/UpperBits.circom";
include "../arithmetic/integers.circom";

// Packs n bytes, 31 a word, little end first: words[k] = sum of x[31k + i] * 2^(8i); and gives their bits, for whoever
// compares a byte: upper[i][j] is bit j + 1 of x[i], the lowest bit being what these leave.
// Range enforced: x[i] in [0, 255], so each word is below 2^248 and no two inputs share their words.
// Constraints: 8 a byte, 1 a word.
template PackBytes(n) {
    assert(n >= 1);
    signal input x[n];
    var count = ceilDivide(n, 31);
    signal output words[count];
    signal output upper[n][7];

    for (var k = 0; k < count; k++) {
        var word = 0;
        var unit = 1;
        for (var i = 31 * k; i < smaller(n, 31 * (k + 1)); i++) {
            upper[i] <== UpperBits(8, 0)(x[i]);
            // A copy: what is multiplied with a wide number becomes one.
            var byte = x[i];
            word += byte * unit;
            unit *= 256;
        }
        // Quadratic: from a linear one, a byte could be solved and lose its wire.
        words[k] <-- word;
        Same()(words[k], word);
    }
}
