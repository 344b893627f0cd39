pragma circom 2.2.0;

// Compile-time arithmetic on template parameters. Parameters are integers in (-2^200, 2^200); circom compares field
// elements above r/2 as negative, so `<` is the integers' order. Nothing here makes a constraint.

// The number of bits of n >= 0; 0 for 0.
function bitLength(n) {
    assert(n >= 0);
    var bits = 0;
    while (n > 0) {
        n = n \ 2;
        bits++;
    }
    return bits;
}

// floor(n / 2^shift), also for negative n.
function floorShift(n, shift) {
    var unit = 1 << shift;
    if (n >= 0) {
        return n \ unit;
    }
    return -((-n + unit - 1) \ unit);
}

// ceil(n / unit) for n >= 0.
function ceilDivide(n, unit) {
    return (n + unit - 1) \ unit;
}

function larger(a, b) {
    return a > b ? a : b;
}

function smaller(a, b) {
    return a < b ? a : b;
}
