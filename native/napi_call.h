#pragma once
// What every function that JavaScript can call shares: argument readers that refuse instead of guessing, and one
// place where C++ exceptions end. An exception that crossed into the engine would end the process.
#include <node_api.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>

namespace menshen {

/// The caller's mistake; becomes a TypeError.
struct Misuse {
  const char* message;
};

/// The engine refused a call; whatever exception it left pending is passed on.
struct EngineRefusal {};

inline void require(napi_status status) {
  if (status != napi_ok) throw EngineRefusal{};
}

inline void throwPending(napi_env env) noexcept {
  bool pending = false;
  if (napi_is_exception_pending(env, &pending) == napi_ok && pending) return;
  napi_throw_error(env, "ENGINE", "the JavaScript engine refused a call of the native addon");
}

/// Wraps a function so that no C++ exception leaves it.
template <napi_value (*body)(napi_env, napi_callback_info)>
napi_value guarded(napi_env env, napi_callback_info info) noexcept {
  try {
    return body(env, info);
  } catch (const Misuse& misuse) {
    napi_throw_type_error(env, "MISUSE", misuse.message);
  } catch (const EngineRefusal&) {
    throwPending(env);
  } catch (const std::bad_alloc&) {
    napi_throw_error(env, "NO_MEMORY", "the system has no memory for this");
  } catch (...) {
    napi_throw_error(env, "INTERNAL", "the native addon failed");
  }
  return nullptr;
}

/// The receiver and arguments of one call.
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) : env_(env) {
    require(napi_get_cb_info(env, info, &count_, values_, &receiver_, nullptr));
  }

  napi_value receiver() const { return receiver_; }

  napi_value at(std::size_t index) const {
    if (index >= count_) throw Misuse{"an argument is missing"};
    return values_[index];
  }

  /// A whole number within [least, most]; 1.5, NaN, strings and out-of-range numbers are refused, not rounded.
  std::uint32_t integer(std::size_t index, std::uint32_t least, std::uint32_t most) const {
    double number = 0;
    if (napi_get_value_double(env_, at(index), &number) != napi_ok) throw Misuse{"an argument must be a number"};
    if (!(number >= least && number <= most) || std::floor(number) != number) {
      throw Misuse{"a number is out of range or not whole"};
    }
    return static_cast<std::uint32_t>(number);
  }

  /// A finite number of this magnitude at most.
  double number(std::size_t index, double most) const {
    double number = 0;
    if (napi_get_value_double(env_, at(index), &number) != napi_ok) throw Misuse{"an argument must be a number"};
    if (!(std::abs(number) <= most)) throw Misuse{"a number is out of range or not finite"};
    return number;
  }

  bool boolean(std::size_t index) const {
    bool truth = false;
    if (napi_get_value_bool(env_, at(index), &truth) != napi_ok) throw Misuse{"an argument must be true or false"};
    return truth;
  }

  std::string text(std::size_t index) const {
    char buffer[32];
    std::size_t length = 0;
    if (napi_get_value_string_utf8(env_, at(index), buffer, sizeof buffer, &length) != napi_ok) {
      throw Misuse{"an argument must be a string"};
    }
    return std::string(buffer, length);
  }

  /// A Float32Array of exactly `count` elements; the pointer is good until JavaScript runs again.
  float* floats(std::size_t index, std::size_t count) const {
    return static_cast<float*>(elements(index, count, napi_float32_array));
  }

  /// A Uint8Array (a Buffer is one) of exactly `count` elements; the pointer is good until JavaScript runs again.
  const std::uint8_t* bytes(std::size_t index, std::size_t count) const {
    return static_cast<const std::uint8_t*>(elements(index, count, napi_uint8_array));
  }

 private:
  void* elements(std::size_t index, std::size_t count, napi_typedarray_type wanted) const {
    bool isTypedArray = false;
    require(napi_is_typedarray(env_, at(index), &isTypedArray));
    if (!isTypedArray) throw Misuse{"an argument must be a typed array"};
    napi_typedarray_type type{};
    std::size_t length = 0;
    void* data = nullptr;
    require(napi_get_typedarray_info(env_, at(index), &type, &length, &data, nullptr, nullptr));
    if (type != wanted) throw Misuse{"a typed array has the wrong type of elements"};
    if (length != count || data == nullptr) throw Misuse{"a typed array has the wrong length"};
    return data;
  }

  static constexpr std::size_t kMost = 20;

  napi_env env_;
  std::size_t count_ = kMost;
  napi_value values_[kMost] = {};
  napi_value receiver_ = nullptr;
};

inline napi_value numberOf(napi_env env, double number) {
  napi_value value = nullptr;
  require(napi_create_double(env, number, &value));
  return value;
}

inline napi_value booleanOf(napi_env env, bool truth) {
  napi_value value = nullptr;
  require(napi_get_boolean(env, truth, &value));
  return value;
}

inline napi_value undefinedOf(napi_env env) {
  napi_value value = nullptr;
  require(napi_get_undefined(env, &value));
  return value;
}

inline napi_value newObject(napi_env env) {
  napi_value value = nullptr;
  require(napi_create_object(env, &value));
  return value;
}

inline void setNamed(napi_env env, napi_value object, const char* name, napi_value value) {
  require(napi_set_named_property(env, object, name, value));
}

inline void setFunction(napi_env env, napi_value object, const char* name, napi_callback call) {
  napi_value function = nullptr;
  require(napi_create_function(env, name, NAPI_AUTO_LENGTH, call, nullptr, &function));
  setNamed(env, object, name, function);
}

}  // namespace menshen
