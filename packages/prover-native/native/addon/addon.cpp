// The Node-API side: reads arguments, starts jobs, makes results. Types of what is exported: src/addon.ts.
#include <memory>
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
                   {"setup", setupJob},              {"compute", computeNow}, {"supported", supported}};
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
