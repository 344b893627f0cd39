pragma circom 2.2.0;

include "../arithmetic/UpperBits.circom";
include "../arithmetic/integers.circom";

// y = clamp(floor(value / 2^shift), lo, hi), where the quotient can leave [lo, hi] on one side at least.
// The quotient's distance from lo is cut into blocks of 2^j, of which block 0 holds [lo, hi]: the bits above the j low
// ones say in which block it lies.
//
// Ranges: the quotient in [quotientLo, quotientHi], not enforced here. Enforced: y in [lo, hi].
// Constraints: shift + j + (bits of the number of blocks), and 2 more; 1 with two blocks, or with all of them at or below
// block 0. If hi - lo + 1 is no power of two, bitLength(hi - lo) + 2 more.
template Clamp(shift, quotientLo, quotientHi, lo, hi) {
    assert((quotientLo < lo && quotientHi > lo) || (quotientHi > hi && quotientLo < hi));
    signal input value;
    signal output y;

    var max = hi - lo;
    // Without a clamp above, block 0 need only hold what is reached.
    var j = bitLength(quotientHi > hi ? max : quotientHi - lo);
    var below = quotientLo < lo ? ceilDivide(lo - quotientLo, 1 << j) : 0;
    var above = quotientHi - lo >= 1 << j ? (quotientHi - lo) \ (1 << j) : 0;

    // Block 0 is block `origin` of those that the bits can name. The top bit tells above from below.
    var blockBits = blockBitsOf(below, above);
    var origin = originOf(below, above);
    var n = shift + j + blockBits;
    component upper = UpperBits(n, (origin * (1 << j) - lo) * (1 << shift));
    upper.in <== value;
    var bits[n];
    var lowest = value + (origin * (1 << j) - lo) * (1 << shift);
    var power = 2;
    for (var i = 1; i < n; i++) {
        bits[i] = upper.out[i - 1];
        lowest -= bits[i] * power;
        power += power;
    }
    bits[0] = lowest;

    var low = 0;
    power = 1;
    for (var i = 0; i < j; i++) {
        low += bits[shift + i] * power;
        power += power;
    }
    var block = -origin;
    power = 1;
    for (var i = 0; i < blockBits; i++) {
        block += bits[shift + j + i] * power;
        power += power;
    }

    // The low j bits brought down to max, as kept + past * (max - kept).
    var kept = low;
    var past = 0;
    if (quotientHi > hi && max + 1 != 1 << j) {
        signal margin[j] <== UpperBits(j + 1, (1 << j) - (max + 1))(low);
        past = margin[j - 1];
        if (blockBits > 0) {
            signal brought <== kept + past * (max - kept);
            kept = brought;
        }
    }

    var notBelow = blockBits > 0 ? bits[n - 1] : 1;
    if (blockBits == 0) {
        y <== lo + kept + past * (max - kept);
    } else if (above == 0) {
        // Bit `origin` of the block's bits is the top one: set in block 0 alone.
        y <== lo + notBelow * kept;
    } else if (blockBits == 1) {
        y <== lo + kept + notBelow * (max - kept);
    } else {
        // In block 0 the first constraint forces y = lo + kept. In any other the second forces y to the clamp, and
        // `factor` is what the first needs. It is free only in block 0, and changes nothing there.
        var clamp = below == 0 ? hi : lo + notBelow * max;
        signal factor;
        // A variable that only meets wide numbers: a quotient is one.
        var divisor = block;
        if (block == 0) {
            factor <-- 0;
        } else if (block == -1) {
            factor <-- lo + kept - clamp;
        } else {
            factor <-- (clamp - lo - kept) / divisor;
        }
        y <-- block == 0 ? lo + kept : clamp;
        divisor * factor === y - lo - kept;
        block * (y - clamp) === 0;
    }
}

// How many bits name all blocks, with the top bit telling those above (or not below) block 0 from the others.
function blockBitsOf(below, above) {
    if (below == 0) {
        return bitLength(above);
    }
    var bits = 1;
    while (originFor(bits, below, above) < 0) {
        bits++;
    }
    return bits;
}

// The number of block 0 among 2^bits, or -1 if they are too few.
function originFor(bits, below, above) {
    var top = 1 << (bits - 1);
    if (below <= top && above <= top - 1) {
        return top;
    }
    // Block 0 is the last without the top bit.
    if (above > 0 && below <= top - 1 && above <= top) {
        return top - 1;
    }
    return -1;
}

function originOf(below, above) {
    if (below == 0) {
        return 0;
    }
    return originFor(blockBitsOf(below, above), below, above);
}
