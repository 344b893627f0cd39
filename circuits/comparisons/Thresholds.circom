pragma circom 2.2.0;

include "../arithmetic/Same.circom";

// y[i] = (value >= thresholds[i]) ? 1 : 0 for a value given by its n bits, little end first, and thresholds in
// [1, 2^n - 1]. The low `split` bits and the high ones are compared apart, and what thresholds have in common is compared
// once: [value >= t] = [high > t's] + [high = t's] * [low >= t's].
//
// Ranges: boolean bits, constrained by whoever makes them. Enforced: each y[i] is 0 or 1, the right one.
// Constraints: at most 1 a threshold, and 2^split + 2^(n - split) - n - 2 for what is shared, less where thresholds need
// less. `cheapestSplit` in the compiler knows the exact number.
template Thresholds(n, split, count, thresholds) {
    assert(n >= 1 && split >= 0 && split <= n && count >= 1);
    signal input bits[n];
    signal output y[count];
    var high = n - split;

    // prefix[p][v]: the p highest bits are v. Of two children one costs a product, the other is what is left. All that end
    // in a one sum to that bit: the last of them is free.
    signal prefixProduct[high + 1][1 << high];
    var prefix[high + 1][1 << high];
    var prefixKnown[high + 1][1 << high];
    var prefixCount[high + 1];
    var prefixSum[high + 1];
    // least[p][v]: the p lowest bits are at least v, for v in [1, 2^p). v and v + 2^(p-1) share the product of bit p - 1.
    signal leastProduct[split + 1][1 << split];
    var least[split + 1][1 << split];
    var leastKnown[split + 1][1 << split];
    prefix[0][0] = 1;

    for (var i = 0; i < count; i++) {
        var t = thresholds[i];
        assert(t >= 1 && t < 1 << n);
        var highPart = t >> split;
        var lowPart = t & ((1 << split) - 1);
        // Where the rest of t is zeros, a prefix that is not below t's decides.
        var depth = high;
        while (lowPart == 0 && depth > 0 && ((highPart >> (high - depth)) & 1) == 0) {
            depth--;
        }

        // Whether the value's prefix is above t's: at some bit that t has not, with all before it the same.
        var above = 0;
        for (var p = 1; p <= depth; p++) {
            var odd = 2 * (highPart >> (high - p + 1)) + 1;
            if (prefixKnown[p][odd] == 0) {
                prefixKnown[p][odd] = 1;
                prefixCount[p]++;
                if (prefixCount[p] == 1 << (p - 1)) {
                    prefix[p][odd] = bits[n - p] - prefixSum[p];
                } else {
                    prefixProduct[p][odd] <== prefix[p - 1][odd \ 2] * bits[n - p];
                    prefix[p][odd] = prefixProduct[p][odd];
                    prefixSum[p] += prefix[p][odd];
                }
                prefix[p][odd - 1] = prefix[p - 1][odd \ 2] - prefix[p][odd];
            }
            if (((highPart >> (high - p)) & 1) == 0) {
                above += prefix[p][odd];
            }
        }
        var same = prefix[depth][highPart >> (high - depth)];

        // From the lowest bit that t has on; with no high part the last step is y itself.
        for (var p = 1; p < split + (high > 0); p++) {
            var part = lowPart & ((1 << p) - 1);
            var rest = part & ((1 << (p - 1)) - 1);
            if (rest != 0 && leastKnown[p][rest] == 0) {
                leastKnown[p][rest] = 1;
                leastProduct[p][rest] <== bits[p - 1] * least[p - 1][rest];
                least[p][rest] = bits[p - 1] + least[p - 1][rest] - leastProduct[p][rest];
                least[p][rest + (1 << (p - 1))] = leastProduct[p][rest];
            } else if (rest == 0 && part != 0) {
                least[p][part] = bits[p - 1];
            }
        }

        if (lowPart == 0) {
            y[i] <-- above + same;
            Same()(y[i], above + same);
        } else if (high > 0) {
            y[i] <== above + same * least[split][lowPart];
        } else {
            var rest = lowPart & ((1 << (n - 1)) - 1);
            if (rest == 0) {
                y[i] <-- bits[n - 1];
                Same()(y[i], bits[n - 1]);
            } else if (rest == lowPart) {
                y[i] <== bits[n - 1] + (1 - bits[n - 1]) * least[n - 1][rest];
            } else {
                y[i] <== bits[n - 1] * least[n - 1][rest];
            }
        }
    }
}
