// Montgomery multiplication for x86-64 with BMI2 and ADX: two carry chains run side by side. Written in assembly, as compilers keep
// only one carry flag alive. Needs no compiler flag; whether the machine has the instructions is asked at run time.
#pragma once
#include "Limbs.h"

namespace verimesh {

// t += x · y[i]: low halves on the overflow chain, high halves on the carry chain.
#define VERIMESH_MULTIPLY_ROUND(OFFSET)            \
  "xorl %%eax, %%eax\n\t"                          \
  "movq " #OFFSET "(%[y]), %%rdx\n\t"              \
  "mulxq 0(%[x]), %%rax, %[high]\n\t"              \
  "adoxq %%rax, %[t0]\n\t"                         \
  "adcxq %[high], %[t1]\n\t"                       \
  "mulxq 8(%[x]), %%rax, %[high]\n\t"              \
  "adoxq %%rax, %[t1]\n\t"                         \
  "adcxq %[high], %[t2]\n\t"                       \
  "mulxq 16(%[x]), %%rax, %[high]\n\t"             \
  "adoxq %%rax, %[t2]\n\t"                         \
  "adcxq %[high], %[t3]\n\t"                       \
  "mulxq 24(%[x]), %%rax, %[t4]\n\t"               \
  "adoxq %%rax, %[t3]\n\t"                         \
  "movl $0, %%eax\n\t"                             \
  "adcxq %%rax, %[t4]\n\t"                         \
  "adoxq %%rax, %[t4]\n\t"

// t = (t + m · modulus) / 2^64 with m chosen so that the lowest limb vanishes.
#define VERIMESH_REDUCE_ROUND                      \
  "movq %[inverse], %%rdx\n\t"                     \
  "imulq %[t0], %%rdx\n\t"                         \
  "xorl %%eax, %%eax\n\t"                          \
  "mulxq 0(%[m]), %%rax, %[high]\n\t"              \
  "adcxq %[t0], %%rax\n\t"                         \
  "movq %[high], %[t0]\n\t"                        \
  "adcxq %[t1], %[t0]\n\t"                         \
  "mulxq 8(%[m]), %%rax, %[t1]\n\t"                \
  "adoxq %%rax, %[t0]\n\t"                         \
  "adcxq %[t2], %[t1]\n\t"                         \
  "mulxq 16(%[m]), %%rax, %[t2]\n\t"               \
  "adoxq %%rax, %[t1]\n\t"                         \
  "adcxq %[t3], %[t2]\n\t"                         \
  "mulxq 24(%[m]), %%rax, %[t3]\n\t"               \
  "adoxq %%rax, %[t2]\n\t"                         \
  "movl $0, %%eax\n\t"                             \
  "adcxq %%rax, %[t3]\n\t"                         \
  "adoxq %[t4], %[t3]\n\t"

/** As `montgomeryProductPortable`. */
template <class M>
inline U256 montgomeryProductAdx(const U256& x, const U256& y) {
  u64 t0, t1, t2, t3, t4, high;
  asm("xorl %%eax, %%eax\n\t"
      "movq 0(%[y]), %%rdx\n\t"
      "mulxq 0(%[x]), %[t0], %[t1]\n\t"
      "mulxq 8(%[x]), %%rax, %[t2]\n\t"
      "adcxq %%rax, %[t1]\n\t"
      "mulxq 16(%[x]), %%rax, %[t3]\n\t"
      "adcxq %%rax, %[t2]\n\t"
      "mulxq 24(%[x]), %%rax, %[t4]\n\t"
      "adcxq %%rax, %[t3]\n\t"
      "movl $0, %%eax\n\t"
      "adcxq %%rax, %[t4]\n\t" VERIMESH_REDUCE_ROUND VERIMESH_MULTIPLY_ROUND(8) VERIMESH_REDUCE_ROUND
          VERIMESH_MULTIPLY_ROUND(16) VERIMESH_REDUCE_ROUND VERIMESH_MULTIPLY_ROUND(24) VERIMESH_REDUCE_ROUND
      : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [t4] "=&r"(t4), [high] "=&r"(high)
      : [x] "r"(&x), [y] "r"(&y), [m] "r"(&M::value), [inverse] "m"(M::negativeInverse), "m"(x), "m"(y), "m"(M::value)
      : "rax", "rdx", "cc");
  return {{t0, t1, t2, t3}};
}

#undef VERIMESH_MULTIPLY_ROUND
#undef VERIMESH_REDUCE_ROUND

}  // namespace verimesh
