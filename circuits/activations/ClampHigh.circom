pragma circom 2.2.0;

include "../arithmetic/integers.circom";
include "../arithmetic/UpperBits.circom";

// min(v, max) for v in [0, 2^k) given by its k bits, little end first; max in [1, 2^k - 1].
// The bits must be constrained to be boolean by whoever makes them.
// Constraints: 2, or 1 for a single bit above max; bitLength(max) + 2 more if max + 1 is no power of two.
template ClampHigh(k, max) {
    var j = bitLength(max);
    assert(max >= 1 && j <= k);
    signal input bits[k];
    signal output out;

    var low = 0;
    for (var i = 0; i < j; i++) {
        low += bits[i] * (1 << i);
    }

    // The low j bits, brought down to max.
    var kept = low;
    if (max + 1 != 1 << j) {
        signal margin[j] <== UpperBits(j + 1, (1 << j) - (max + 1))(low);
        signal brought <== low + margin[j - 1] * (max - low);
        kept = brought;
    }

    // `excess` is positive exactly if a bit above the low j is set: then the result is max.
    var excess = 0;
    for (var i = j; i < k; i++) {
        excess += bits[i];
    }
    if (j == k) {
        out <== kept;
    } else if (k == j + 1) {
        out <== kept + bits[j] * (max - kept);
    } else {
        // Two constraints instead of an IsZero and a product: excess = 0 forces out = kept by the first, any other
        // excess forces out = max by the second. `factor` is free only where excess = 0, and changes nothing there.
        signal factor;
        factor <-- excess == 0 ? 0 : (max - kept) / excess;
        out <-- excess == 0 ? kept : max;
        excess * factor === out - kept;
        excess * (out - max) === 0;
    }
}
