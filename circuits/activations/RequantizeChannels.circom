pragma circom 2.2.0;

include "Requantize.circom";

// Constrains act[i] to be the rescaled acc[i], for a whole layer: element i belongs to channel i % channels
// (row-major, channels last; a dense layer has as many channels as elements).
//
// Parameters: n elements; shifts, accLo, accHi: arrays of one integer per channel; lo, hi of the layer.
// Ranges: as Requantize, per channel. Enforced on the way: act[i] in [lo, hi].
template RequantizeChannels(n, channels, shifts, accLo, accHi, lo, hi) {
    assert(n % channels == 0);
    signal input acc[n];
    signal input act[n];

    component rescale[n];
    for (var i = 0; i < n; i++) {
        var c = i % channels;
        rescale[i] = Requantize(shifts[c], accLo[c], accHi[c], lo, hi);
        rescale[i].acc <== acc[i];
        act[i] === rescale[i].y;
    }
}
