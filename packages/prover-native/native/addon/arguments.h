// What JavaScript gave, checked; what goes back.
#pragma once
#include <memory>
#include "../files/Sections.h"
#include "Job.h"

namespace verimesh {

constexpr napi_type_tag CONTROL_TAG = {0x7665726d65736801, 0x636f6e74726f6c01};
constexpr napi_type_tag KEY_TAG = {0x7665726d65736802, 0x70726f766b657902};

/** Runs a callback; what it throws becomes a JavaScript exception. */
template <class Act>
napi_value guarded(napi_env env, Act act) {
  try {
    return act();
  } catch (...) {
    napi_throw(env, currentError(env));
    return nullptr;
  }
}

/** An opaque object that keeps a C++ one alive; the tag says which kind it is. */
template <class T>
napi_value makeHandle(napi_env env, const napi_type_tag& tag, std::shared_ptr<T> target) {
  napi_value object;
  napi_create_object(env, &object);
  auto* owner = new std::shared_ptr<T>(std::move(target));
  napi_wrap(env, object, owner, [](napi_env, void* data, void*) { delete static_cast<std::shared_ptr<T>*>(data); }, nullptr, nullptr);
  napi_type_tag_object(env, object, &tag);
  return object;
}

inline napi_value makeBytes(napi_env env, const std::vector<u8>& bytes) {
  void* data = nullptr;
  napi_value buffer, array;
  if (napi_create_arraybuffer(env, bytes.size(), &data, &buffer) != napi_ok) throw std::bad_alloc();
  if (!bytes.empty()) std::memcpy(data, bytes.data(), bytes.size());
  napi_create_typedarray(env, napi_uint8_array, bytes.size(), buffer, 0, &array);
  return array;
}

class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) : env_(env), count_(MOST) {
    napi_get_cb_info(env, info, &count_, values_, nullptr, nullptr);
    if (count_ > MOST) count_ = MOST;
  }

  std::size_t count() const { return count_; }
  napi_value at(std::size_t i) const { return values_[i]; }

  Bytes bytes(std::size_t i) const {
    bool isArray = false;
    if (i < count_) napi_is_typedarray(env_, values_[i], &isArray);
    napi_typedarray_type type = napi_int8_array;
    std::size_t length = 0;
    void* data = nullptr;
    if (isArray) napi_get_typedarray_info(env_, values_[i], &type, &length, &data, nullptr, nullptr);
    if (!isArray || type != napi_uint8_array) refuse(i, "a Uint8Array");
    return {static_cast<const u8*>(data), length};
  }

  /** `expected` integers below r, 32 bytes each; none if the argument is left out. */
  std::vector<U256> scalars(std::size_t i, std::size_t expected) const {
    napi_valuetype type = napi_undefined;
    if (i < count_) napi_typeof(env_, values_[i], &type);
    std::vector<U256> result;
    if (type == napi_undefined) return result;
    const Bytes given = bytes(i);
    if (given.size != 32 * expected) refuse(i, std::to_string(32 * expected) + " bytes");
    for (std::size_t at = 0; at < given.size; at += 32) {
      result.push_back(readU256(given.data + at));
      if (!less(result.back(), ScalarModulus::value)) refuse(i, "integers below the field order");
    }
    return result;
  }

  unsigned threads(std::size_t i) const {
    u32 value = 0;
    if (i >= count_ || napi_get_value_uint32(env_, values_[i], &value) != napi_ok || value < 1 || value > 1024) {
      refuse(i, "a number of threads from 1 to 1024");
    }
    return value;
  }

  u32 count32(std::size_t i) const {
    u32 value = 0;
    if (i >= count_ || napi_get_value_uint32(env_, values_[i], &value) != napi_ok) refuse(i, "a number");
    return value;
  }

  std::string text(std::size_t i) const {
    char buffer[64];
    std::size_t length = 0;
    if (i >= count_ || napi_get_value_string_utf8(env_, values_[i], buffer, sizeof buffer, &length) != napi_ok) refuse(i, "a name");
    return std::string(buffer, length);
  }

  template <class T>
  std::shared_ptr<T> handle(std::size_t i, const napi_type_tag& tag) const {
    bool matches = false;
    napi_valuetype type = napi_undefined;
    if (i < count_) napi_typeof(env_, values_[i], &type);
    if (type == napi_object) napi_check_object_type_tag(env_, values_[i], &tag, &matches);
    void* data = nullptr;
    if (!matches || napi_unwrap(env_, values_[i], &data) != napi_ok) refuse(i, "a handle of this addon");
    return *static_cast<std::shared_ptr<T>*>(data);
  }

 private:
  static constexpr std::size_t MOST = 8;
  napi_env env_;
  std::size_t count_;
  napi_value values_[MOST];

  [[noreturn]] void refuse(std::size_t i, const std::string& expected) const {
    throw Failure("NATIVE_ARGUMENT_INVALID", "Argument " + std::to_string(i) + " is not " + expected + ".", "");
  }
};

}  // namespace verimesh
