pragma circom 2.2.0;

include "../arithmetic/UpperBits.circom";
include "../arithmetic/integers.circom";

// The indices of the k largest of n >= 2 values, the largest first; the lower index first on a tie.
// key[i] = (y[i] - lo) * 2^m + (2^m - 1 - i) with 2^m >= n: distinct keys, whose order is that of the answer. winner[t]
// is one of the keys, the winners fall strictly, and every key that is no winner is below the last.
//
// Ranges: y[i] in [lo, hi], not enforced here. lo < hi, hi - lo < 2^100. 1 <= k <= n.
// Constraints: n * (k + w) + (k - 1) * w, w = bitLength(hi - lo) + m.
template TopK(n, k, lo, hi) {
    assert(n >= 2 && k >= 1 && k <= n && lo < hi && hi - lo < 1 << 100);
    signal input y[n];
    signal output index[k];

    var m = bitLength(n - 1);
    var w = bitLength(hi - lo) + m;
    var key[n];
    for (var i = 0; i < n; i++) {
        key[i] = (y[i] - lo) * (1 << m) + (1 << m) - 1 - i;
    }

    component falls[k];
    component below[n];
    signal winner[k];
    signal chosen[k][n];
    var isWinner[n];
    var taken[n];
    for (var t = 0; t < k; t++) {
        var best = -1;
        var bestKey = -1;
        for (var i = 0; i < n; i++) {
            if (taken[i] == 0 && key[i] > bestKey) {
                best = i;
                bestKey = key[i];
            }
        }
        winner[t] <-- bestKey;
        var sum = 0;
        var place = 0;
        for (var i = 0; i < n; i++) {
            chosen[t][i] <-- i == best ? 1 : 0;
            taken[i] += i == best ? 1 : 0;
            // Zero unless key[i] is the winner; keys are distinct, so the sum makes it one there.
            chosen[t][i] * (key[i] - winner[t]) === 0;
            sum += chosen[t][i];
            place += i * chosen[t][i];
            isWinner[i] += chosen[t][i];
        }
        sum === 1;
        index[t] <== place;
        if (t > 0) {
            falls[t] = UpperBits(w, -1);
            falls[t].in <== winner[t - 1] - winner[t];
        }
    }
    for (var i = 0; i < n; i++) {
        below[i] = UpperBits(w, -1);
        below[i].in <== winner[k - 1] - key[i] + isWinner[i] * (1 << w);
    }
}
