// The Node-API side: reads arguments, starts jobs, makes results. Types of what is exported: src/addon.ts.
#include <memory>
#include "../ceremony/firstKey.h"
#include "../ceremony/jobs.h"
#include "../groth16/prove.h"
#include "../groth16/setup.h"
#include "Job.h"
#include "arguments.h"
#include "compute.h"

namespace verimesh {

static napi_value createControl(napi_env env, napi_callback_info) {
  return makeHandle(env, CONTROL_TAG, std::make_shared<Control>());
}

static napi_value cancel(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments arguments(env, info);
    arguments.handle<Control>(0, CONTROL_TAG)->cancel();
    return undefined(env);
  });
}

static napi_value share(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments arguments(env, info);
    napi_value value;
    napi_create_double(env, arguments.handle<Control>(0, CONTROL_TAG)->share(), &value);
    return value;
  });
}

/** loadKey(zkey, threads, control): a promise of a key. */
static napi_value loadKey(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments arguments(env, info);
    const Bytes file = arguments.bytes(0);
    const unsigned threads = arguments.threads(1);
    return Job::start(env, arguments.handle<Control>(2, CONTROL_TAG), arguments.at(0), [=](Control& control) -> Job::Finish {
      Team team(threads, control);
      std::shared_ptr<ProvingKey> key = readProvingKey(file, team);
      return [key](napi_env at) { return makeHandle(at, KEY_TAG, key); };
    });
  });
}

static napi_value keyBytes(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments arguments(env, info);
    napi_value value;
    napi_create_double(env, static_cast<double>(arguments.handle<ProvingKey>(0, KEY_TAG)->bytes()), &value);
    return value;
  });
}

/** prove(key, wtns, threads, control, blinding?): a promise of the proof's bytes. Blinding, r and s in 64 bytes, is for tests. */
static napi_value proveJob(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments arguments(env, info);
    const std::shared_ptr<ProvingKey> key = arguments.handle<ProvingKey>(0, KEY_TAG);
    const Bytes file = arguments.bytes(1);
    const unsigned threads = arguments.threads(2);
    const auto blinding = std::make_shared<std::vector<U256>>(arguments.scalars(4, 2));
    return Job::start(env, arguments.handle<Control>(3, CONTROL_TAG), arguments.at(1), [=](Control& control) -> Job::Finish {
      Team team(threads, control);
      const Witness witness = readWitness(file);
      const Secret r(blinding->empty() ? Secret::draw() : (*blinding)[0]), s(blinding->empty() ? Secret::draw() : (*blinding)[1]);
      const auto result = std::make_shared<std::vector<u8>>(serialize(prove(*key, witness, r, s, team), *key, witness));
      return [result](napi_env at) { return makeBytes(at, *result); };
    });
  });
}

/** setup(r1cs, threads, control, secrets?): a promise of a .zkey. Secrets, tau to delta in 160 bytes, are for tests. */
static napi_value setupJob(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments arguments(env, info);
    const Bytes file = arguments.bytes(0);
    const unsigned threads = arguments.threads(1);
    const auto secrets = std::make_shared<std::vector<U256>>(arguments.scalars(3, 5));
    return Job::start(env, arguments.handle<Control>(2, CONTROL_TAG), arguments.at(0), [=](Control& control) -> Job::Finish {
      Team team(threads, control);
      const auto result = std::make_shared<std::vector<u8>>(
          makeDevelopmentKey(file, secrets->empty() ? nullptr : secrets->data(), team));
      return [result](napi_env at) { return makeBytes(at, *result); };
    });
  });
}

/** Starts a job that gives bytes. `held`: what must not be collected meanwhile. */
template <class Make>
static napi_value bytesJob(napi_env env, const Arguments& arguments, std::size_t threadsAt, napi_value held, Make make) {
  const unsigned threads = arguments.threads(threadsAt);
  return Job::start(env, arguments.handle<Control>(threadsAt + 1, CONTROL_TAG), held, [=](Control& control) -> Job::Finish {
    Team team(threads, control);
    const auto result = std::make_shared<std::vector<u8>>(make(team));
    return [result](napi_env at) { return makeBytes(at, *result); };
  });
}

/** scalePoints(points, factor, threads, control): a promise of the points of G1, each times a secret factor. */
static napi_value scalePointsJob(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments arguments(env, info);
    const Bytes points = arguments.bytes(0);
    std::vector<U256> given = arguments.scalars(1, 1);
    if (given.empty()) throw Failure("NATIVE_ARGUMENT_INVALID", "There is no factor.", "");
    const auto factor = std::make_shared<Secret>(given[0]);
    wipe(given.data(), sizeof(U256));
    return bytesJob(env, arguments, 2, arguments.at(0), [=](Team& team) { return scalePoints(points, factor->value, team); });
  });
}

/** sumPoints(points, scalars, threads, control): a promise of the sum of scalar · point in G1. */
static napi_value sumPointsJob(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments arguments(env, info);
    const Bytes points = arguments.bytes(0);
    const auto scalars = std::make_shared<std::vector<U256>>(arguments.scalars(1, arguments.bytes(1).size / 32));
    return bytesJob(env, arguments, 2, arguments.at(0), [=](Team& team) { return sumPoints(points, *scalars, team); });
  });
}

/** subtractPoints(points, distance, threads, control): a promise of points[i + distance] − points[i] in G1. */
static napi_value subtractPointsJob(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments arguments(env, info);
    const Bytes points = arguments.bytes(0);
    const std::size_t distance = arguments.count32(1);
    return bytesJob(env, arguments, 2, arguments.at(0), [=](Team& team) { return differences(points, distance, team); });
  });
}

/** firstKey(r1cs, tau1, tau2, alphaTau1, betaTau1, threads, control): a promise of sections 3, 8, 5, 6, 7 and 4 of a .zkey. */
static napi_value firstKeyJob(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments arguments(env, info);
    const Bytes r1cs = arguments.bytes(0);
    const Phase1Points phase1{arguments.bytes(1), arguments.bytes(2), arguments.bytes(3), arguments.bytes(4)};
    napi_value held;
    napi_create_array(env, &held);
    for (u32 i = 0; i < 5; i++) napi_set_element(env, held, i, arguments.at(i));
    return bytesJob(env, arguments, 5, held, [=](Team& team) { return makeFirstKey(r1cs, phase1, team); });
  });
}

/** compute(operation, ...operands): one operation of field, curve or transform, at once, for tests and the self-check. */
static napi_value computeNow(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Arguments arguments(env, info);
    std::vector<Bytes> operands;
    for (std::size_t i = 1; i < arguments.count(); i++) operands.push_back(arguments.bytes(i));
    return makeBytes(env, compute(arguments.text(0), operands));
  });
}

/** The engines that this processor can run, best first. */
static napi_value supported(napi_env env, napi_callback_info) {
  std::vector<const char*> names;
#if defined(__x86_64__)
  const bool adx = __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("adx");
  if (adx && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512ifma") && __builtin_cpu_supports("avx512vbmi2")) {
    names.push_back("ifma");
  }
  if (adx) names.push_back("adx");
#endif
  names.push_back("portable");
  napi_value list;
  napi_create_array(env, &list);
  for (u32 i = 0; i < names.size(); i++) napi_set_element(env, list, i, textOf(env, names[i]));
  return list;
}

static napi_value initialize(napi_env env, napi_value exports) {
  const struct {
    const char* name;
    napi_callback act;
  } functions[] = {{"createControl", createControl}, {"cancel", cancel},   {"share", share},
                   {"loadKey", loadKey},             {"keyBytes", keyBytes}, {"prove", proveJob},
                   {"setup", setupJob},              {"compute", computeNow}, {"supported", supported},
                   {"scalePoints", scalePointsJob},  {"sumPoints", sumPointsJob},
                   {"subtractPoints", subtractPointsJob}, {"firstKey", firstKeyJob}};
  for (const auto& function : functions) {
    napi_value value;
    napi_create_function(env, function.name, NAPI_AUTO_LENGTH, function.act, nullptr, &value);
    napi_set_named_property(env, exports, function.name, value);
  }
  napi_set_named_property(env, exports, "engine", textOf(env, ENGINE_NAME));
  return exports;
}

}  // namespace verimesh

NAPI_MODULE_INIT() { return verimesh::initialize(env, exports); }
