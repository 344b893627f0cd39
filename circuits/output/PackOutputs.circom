pragma circom 2.2.0;

include "../arithmetic/Same.circom";
include "../arithmetic/UpperBits.circom";
include "../arithmetic/integers.circom";

// Packs n integers, floor(248 / bits) a word, little end first: words[k] = sum of (y[i] + offset) * 2^(bits * position).
// Range enforced: y[i] + offset in [0, 2^bits), so an element never reaches into its neighbour. bits in [1, 248].
// Constraints: bits an element, 1 a word.
template PackOutputs(n, bits, offset) {
    assert(n >= 1 && bits >= 1 && bits <= 248);
    signal input y[n];
    var perWord = 248 \ bits;
    var count = ceilDivide(n, perWord);
    signal output words[count];

    component range[n];
    for (var k = 0; k < count; k++) {
        var word = 0;
        var unit = 1;
        for (var i = perWord * k; i < smaller(n, perWord * (k + 1)); i++) {
            range[i] = UpperBits(bits, offset);
            range[i].in <== y[i];
            word += (y[i] + offset) * unit;
            unit *= 1 << bits;
        }
        // Quadratic: from a linear one, an element could be solved and lose its wire.
        words[k] <-- word;
        Same()(words[k], word);
    }
}
