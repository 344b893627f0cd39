pragma circom 2.2.0;

include "../arithmetic/Same.circom";

// y[j] = (x = lo + j) ? 1 : 0 for j below size.
// Ranges: x in [lo, lo + size), not enforced here. Enforced: y is all zeros but a single one at x - lo: each y[j] is zero
// unless x = lo + j, and they sum to one. Where x lies outside, nothing satisfies this.
// Constraints: size + 1.
template OneHot(lo, size) {
    assert(size >= 2);
    signal input x;
    signal output y[size];
    var sum = 0;
    for (var j = 0; j < size; j++) {
        y[j] <-- x == lo + j ? 1 : 0;
        y[j] * (x - lo - j) === 0;
        sum += y[j];
    }
    Same()(sum, 1);
}
