// The door to JavaScript. Object state hangs on objects and nowhere else, so any number of workers can load the addon.
#include <node_api.h>

#include <memory>

#include "gallery_binding.h"
#include "heap.h"
#include "kernel.h"
#include "napi_call.h"
#include "pixels_binding.h"
#include "projection_binding.h"
#include "secure_memory.h"

namespace menshen {
namespace {

// Must equal `expectedRevision` in src/addon/native.ts; raise both when a signature below changes.
constexpr std::uint32_t kRevision = 6;
constexpr std::uint32_t kMaxSecretBytes = 1u << 24;

// The pages outlive the JavaScript object for as long as anybody (a pending write, say) holds its backing store: only
// the engine knows when that ends, and it says so here.
void onSecretReleased(napi_env, void*, void* memory) { delete static_cast<SecureMemory*>(memory); }

napi_value openSecret(napi_env env, napi_callback_info info) {
  const std::uint32_t bytes = Arguments(env, info).integer(0, 1, kMaxSecretBytes);
  auto memory = std::make_unique<SecureMemory>(bytes);
  const napi_value result = newObject(env);
  setNamed(env, result, "totalBytes", numberOf(env, static_cast<double>(memory->size())));
  setNamed(env, result, "lockedBytes", numberOf(env, memory->locked() ? static_cast<double>(memory->size()) : 0));
  setNamed(env, result, "excludedFromDumps", booleanOf(env, memory->excludedFromDumps()));
  napi_value buffer = nullptr;
  require(napi_create_external_arraybuffer(env, memory->data(), bytes, onSecretReleased, memory.get(), &buffer));
  memory.release();
  setNamed(env, result, "buffer", buffer);
  return result;
}

/// Wipes an ArrayBuffer and takes it away from every view of it.
napi_value destroySecret(napi_env env, napi_callback_info info) {
  const Arguments call(env, info);
  void* data = nullptr;
  std::size_t bytes = 0;
  if (napi_get_arraybuffer_info(env, call.at(0), &data, &bytes) != napi_ok) {
    throw Misuse{"an argument must be an ArrayBuffer"};
  }
  wipe(data, bytes);
  require(napi_detach_arraybuffer(env, call.at(0)));
  return undefinedOf(env);
}

napi_value lockLimit(napi_env env, napi_callback_info) { return numberOf(env, lockLimitBytes()); }

napi_value disableDumps(napi_env env, napi_callback_info) {
  const CoreDumpState state = disableCoreDumps();
  const napi_value result = newObject(env);
  setNamed(env, result, "coreFilesOff", booleanOf(env, state.coreFilesOff));
  setNamed(env, result, "processUndumpable", booleanOf(env, state.processUndumpable));
  return result;
}

napi_value keepSmall(napi_env env, napi_callback_info) { return booleanOf(env, keepHeapSmall()); }

napi_value returnFree(napi_env env, napi_callback_info) { return booleanOf(env, returnFreeHeap()); }

napi_value kernelNames(napi_env env) {
  napi_value names = nullptr;
  require(napi_create_array(env, &names));
  std::uint32_t index = 0;
  for (const Kernel& kernel : availableKernels()) {
    napi_value name = nullptr;
    require(napi_create_string_utf8(env, kernel.name, NAPI_AUTO_LENGTH, &name));
    require(napi_set_element(env, names, index++, name));
  }
  return names;
}

void defineExports(napi_env env, napi_value exports) {
  setNamed(env, exports, "revision", numberOf(env, kRevision));
  setNamed(env, exports, "kernels", kernelNames(env));
  setNamed(env, exports, "Gallery", defineGalleryClass(env));
  definePixelFunctions(env, exports);
  defineProjectionFunction(env, exports);
  setFunction(env, exports, "openSecret", guarded<openSecret>);
  setFunction(env, exports, "destroySecret", guarded<destroySecret>);
  setFunction(env, exports, "lockLimitBytes", guarded<lockLimit>);
  setFunction(env, exports, "disableCoreDumps", guarded<disableDumps>);
  setFunction(env, exports, "keepHeapSmall", guarded<keepSmall>);
  setFunction(env, exports, "returnFreeHeap", guarded<returnFree>);
}

}  // namespace
}  // namespace menshen

NAPI_MODULE_INIT() {
  try {
    menshen::defineExports(env, exports);
    return exports;
  } catch (...) {
    menshen::throwPending(env);
    return nullptr;
  }
}
