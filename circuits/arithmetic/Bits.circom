pragma circom 2.2.0;

// All n bits of a value, little end first, as expressions: from what UpperBits gives, of the value plus its offset.
// Constraints: none.
template Bits(n, offset) {
    assert(n >= 1);
    signal input value;
    signal input upper[n - 1];
    signal output bits[n];
    var lowest = value + offset;
    var power = 2;
    for (var i = 1; i < n; i++) {
        bits[i] <== upper[i - 1];
        lowest -= upper[i - 1] * power;
        power += power;
    }
    bits[0] <== lowest;
}
