pragma circom 2.2.0;

include "PoseidonChain.circom";

// Commits to n >= 1 words and a salt after them: who does not know the salt, a field element drawn at random, learns
// nothing of the words from the commitment, however few they are.
// Any field elements. Constraints: those of PoseidonChain(n + 1).
template SaltedCommitment(n) {
    signal input words[n];
    signal input salt;
    signal output commitment;
    component chain = PoseidonChain(n + 1);
    for (var i = 0; i < n; i++) {
        chain.words[i] <== words[i];
    }
    chain.words[n] <== salt;
    commitment <== chain.commitment;
}
