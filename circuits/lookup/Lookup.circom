pragma circom 2.2.0;

include "../arithmetic/Same.circom";

// y = table[x - lo] for any table: the polynomial through its entries, evaluated with few products. `scale` times a monic
// polynomial of degree k * (2^levels - 1) is laid out as Paterson and Stockmeyer do: 2^(levels-1) leaves, monic of degree
// k, linear in the first k powers of x; level by level, two neighbours become
// (x^(k * 2^(level-1)) + linear) * left + right. `coefficients` lists, k each from the constant upwards, the lower
// coefficients of each leaf, then each node's linear part, level by level. `lookupPolynomial` in the compiler makes them.
//
// Ranges: x in the interval whose entries the polynomial goes through, not enforced here; outside of it y is whatever
// the polynomial says. Enforced: y has the one value that belongs to x.
// Constraints: k + levels + 2^(levels-1) - 3; 1 for k = levels = 1. 26 for 256 entries.
template Lookup(k, levels, scale, coefficients) {
    assert(k >= 1 && levels >= 1);
    signal input x;
    signal output y;
    var leaves = 1 << (levels - 1);

    if (k == 1 && levels == 1) {
        // (linear in x): a wire of its own, so that no optimizer solves it away.
        y <-- scale * (x + coefficients[0]);
        Same()(y, scale * (x + coefficients[0]));
    } else if (levels == 1) {
        signal power[k] <== Powers(k - 1)(x);
        var sum = 0;
        for (var i = 0; i < k; i++) {
            sum += coefficients[i] * power[i];
        }
        y <== scale * x * power[k - 1] + scale * sum;
    } else {
        signal power[k + 1] <== Powers(k)(x);
        var value[leaves];
        for (var t = 0; t < leaves; t++) {
            value[t] = power[k];
            for (var i = 0; i < k; i++) {
                value[t] += coefficients[t * k + i] * power[i];
            }
        }

        // giant[level] is x^(k * 2^(level-1)).
        signal giant[levels + 1];
        giant[2] <== power[k] * power[k];
        for (var level = 3; level <= levels; level++) {
            giant[level] <== giant[level - 1] * giant[level - 1];
        }

        // Of each level; not by shifts, which would leave constants wide in the witness calculator.
        var count[levels + 1];
        count[levels] = 1;
        for (var level = levels - 1; level >= 2; level--) {
            count[level] = count[level + 1] + count[level + 1];
        }
        signal node[levels + 1][leaves];
        var at = leaves * k;
        for (var level = 2; level <= levels; level++) {
            for (var t = 0; t < count[level]; t++) {
                var left = giant[level];
                for (var i = 0; i < k; i++) {
                    left += coefficients[at + i] * power[i];
                }
                at += k;
                if (level == levels) {
                    y <== scale * left * value[0] + scale * value[1];
                } else {
                    node[level][t] <== left * value[2 * t] + value[2 * t + 1];
                    value[t] = node[level][t];
                }
            }
        }
    }
}

// out[i] = x^i for i up to n >= 1. Any x. Constraints: n - 1.
template Powers(n) {
    assert(n >= 1);
    signal input x;
    signal output out[n + 1];
    out[0] <== 1;
    out[1] <== x;
    for (var i = 2; i <= n; i++) {
        out[i] <== out[i - 1] * x;
    }
}
