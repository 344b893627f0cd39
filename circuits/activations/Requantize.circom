pragma circom 2.2.0;

include "../arithmetic/Same.circom";
include "../arithmetic/UpperBits.circom";
include "../arithmetic/integers.circom";
include "Clamp.circom";

// Rescales an accumulator: y = clamp(floor((acc + half) / 2^shift), lo, hi), half = shift > 0 ? 2^(shift-1) : 0.
// ReLU is lo = 0. One decomposition gives sign, rescale and saturation; what [accLo, accHi] excludes costs nothing.
//
// Ranges: acc in [accLo, accHi], not enforced here: linked weights over ranged inputs guarantee it. shift in [0, 60];
// accLo, accHi within (-2^120, 2^120); lo < hi. Enforced: y in [lo, hi].
// Constraints: the bits of the range of acc, rounded up to blocks of hi - lo + 1, and the clamp's 1 or 2 more; without a
// clamp the bits alone; 1 for a constant or a copy.
template Requantize(shift, accLo, accHi, lo, hi) {
    assert(shift >= 0 && shift <= 60);
    assert(accLo <= accHi && lo < hi);
    assert(accLo > -(1 << 120) && accHi < 1 << 120);
    signal input acc;
    signal output y;

    var unit = 1 << shift;
    var half = shift > 0 ? unit \ 2 : 0;
    var quotientLo = floorShift(accLo + half, shift);
    var quotientHi = floorShift(accHi + half, shift);

    if (quotientHi <= lo || quotientLo >= hi || quotientLo == quotientHi) {
        var constant = quotientHi <= lo ? lo : (quotientLo >= hi ? hi : quotientLo);
        y <-- constant;
        // The second factor is positive on all of [accLo, accHi]; it keeps the wire of acc.
        (y - constant) * (acc - accLo + 1) === 0;
    } else if (quotientLo >= lo && quotientHi <= hi) {
        if (shift == 0) {
            y <-- acc;
            Same()(y, acc);
        } else {
            // y is the quotient: an integer of its range, and what it leaves is a remainder. Found by comparisons, as in
            // UpperBits.
            var bits = bitLength(quotientHi - quotientLo);
            var powers[bits];
            powers[0] = 1;
            for (var i = 1; i < bits; i++) {
                powers[i] = powers[i - 1] + powers[i - 1];
            }
            var quotient = quotientLo;
            for (var i = bits - 1; i >= 0; i--) {
                quotient += acc + half >= (quotient + powers[i]) * unit ? powers[i] : 0;
            }
            y <-- quotient;
            _ <== UpperBits(bits, -quotientLo)(y);
            _ <== UpperBits(shift, half)(acc - y * unit);
        }
    } else {
        component clamp = Clamp(shift, quotientLo, quotientHi, lo, hi);
        clamp.value <== acc + half;
        y <== clamp.y;
    }
}
