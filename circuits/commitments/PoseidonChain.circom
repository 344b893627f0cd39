pragma circom 2.2.0;

include "../arithmetic/integers.circom";
include "circomlib/circuits/poseidon.circom";

// Commits to n >= 1 words: h = Poseidon(the first 16), then h = Poseidon(h, the next 15) until none is left.
// The length is not absorbed: it is fixed by the circuit, and so by the verification key.
// Constraints: about 610 for each 15 or 16 words.
template PoseidonChain(n) {
    assert(n >= 1);
    signal input words[n];
    signal output commitment;

    var first = smaller(n, 16);
    var links = ceilDivide(n - first, 15);
    signal chain[links + 1];

    component head = Poseidon(first);
    for (var i = 0; i < first; i++) {
        head.inputs[i] <== words[i];
    }
    chain[0] <== head.out;

    component link[links];
    for (var k = 0; k < links; k++) {
        var start = first + 15 * k;
        var size = smaller(n - start, 15);
        link[k] = Poseidon(size + 1);
        link[k].inputs[0] <== chain[k];
        for (var i = 0; i < size; i++) {
            link[k].inputs[i + 1] <== words[start + i];
        }
        chain[k + 1] <== link[k].out;
    }
    commitment <== chain[links];
}
