// Numbers that must not outlive their use.
#pragma once
#include <unistd.h>
#if defined(__APPLE__)
#include <sys/random.h>
#endif
#include "../arithmetic/PrimeField.h"
#include "../engine/Failure.h"

namespace verimesh {

inline void wipe(void* memory, std::size_t size) {
  volatile u8* bytes = static_cast<volatile u8*>(memory);
  while (size-- > 0) *bytes++ = 0;
}

/** An integer below r that is overwritten when it goes. */
struct Secret {
  U256 value;

  explicit Secret(const U256& known) : value(known) {}
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(&value, sizeof value); }

  /** Uniform below r, from the operating system's generator: draws of 254 bits until one fits, one and a half on average. */
  static U256 draw() {
    for (;;) {
      U256 value;
      if (getentropy(value.limb, sizeof value.limb) != 0) {
        throw Failure("RANDOMNESS_UNAVAILABLE", "The operating system gave no random numbers.", "getentropy failed.");
      }
      value.limb[3] &= 0x3fffffffffffffff;
      if (less(value, ScalarModulus::value)) return value;
    }
  }
};

}  // namespace verimesh
