pragma circom 2.2.0;

include "../arithmetic/Keep.circom";
include "../arithmetic/Same.circom";
include "../arithmetic/UpperBits.circom";
include "../arithmetic/integers.circom";
include "ClampHigh.circom";

// Rescales an accumulator: y = clamp(floor((acc + half) / 2^shift), lo, hi), half = shift > 0 ? 2^(shift-1) : 0.
// ReLU is lo = 0. One decomposition gives sign, rescale and saturation; what [accLo, accHi] excludes costs nothing.
//
// Ranges: acc in [accLo, accHi], not enforced here: linked weights over ranged inputs guarantee it. shift in [0, 60];
// accLo, accHi within (-2^120, 2^120); lo < hi. Enforced: y in [lo, hi].
// Constraints: at most B + 3, B the bits of acc's distance from the clamps, if hi - lo + 1 is a power of two.
// Another hi - lo costs bitLength(hi - lo) + 2 more.
template Requantize(shift, accLo, accHi, lo, hi) {
    assert(shift >= 0 && shift <= 60);
    assert(accLo <= accHi && lo < hi);
    assert(accLo > -(1 << 120) && accHi < 1 << 120);
    signal input acc;
    signal output y;

    var half = shift > 0 ? 1 << (shift - 1) : 0;
    var quotientLo = floorShift(accLo + half, shift);
    var quotientHi = floorShift(accHi + half, shift);
    var clampsLow = quotientLo < lo ? 1 : 0;
    var clampsHigh = quotientHi > hi ? 1 : 0;

    if (quotientHi <= lo || quotientLo >= hi || quotientLo == quotientHi) {
        var constant = quotientHi <= lo ? lo : (quotientLo >= hi ? hi : quotientLo);
        y <-- constant;
        Same()(y, constant);
        Keep()(acc);
    } else if (shift + clampsLow + clampsHigh == 0) {
        y <-- acc;
        Same()(y, acc);
    } else {
        // Without a clamp any origin does; with one, value = 0 must mean lo.
        var origin = clampsLow + clampsHigh == 0 ? quotientLo : lo;
        var k = bitLength(quotientHi - origin);
        if (clampsLow) {
            k = larger(k, bitLength(lo - quotientLo - 1));
        }
        // quotient = origin - clampsLow * 2^k + (the bits from shift on): with clampsLow, the top bit says quotient >= lo.
        var n = shift + k + clampsLow;
        var offset = half - (origin - (clampsLow ? 1 << k : 0)) * (1 << shift);
        component upper = UpperBits(n, offset);
        upper.in <== acc;
        var bits[n];
        var lowest = acc + offset;
        for (var i = 1; i < n; i++) {
            bits[i] = upper.out[i - 1];
            lowest -= upper.out[i - 1] * (1 << i);
        }
        bits[0] = lowest;

        var value = 0;
        if (clampsHigh) {
            component clamp = ClampHigh(k, hi - lo);
            for (var i = 0; i < k; i++) {
                clamp.bits[i] <== bits[shift + i];
            }
            value = clamp.out;
        } else {
            for (var i = 0; i < k; i++) {
                value += bits[shift + i] * (1 << i);
            }
        }

        if (clampsLow) {
            y <== lo + bits[n - 1] * value;
        } else {
            y <== origin + value;
        }
    }
}
