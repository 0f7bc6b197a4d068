#include "gallery_binding.h"

#include <memory>
#include <optional>
#include <vector>

#include "gallery.h"
#include "kernel.h"
#include "napi_call.h"

namespace menshen {
namespace {

constexpr napi_type_tag kGalleryTag{0x6d656e7368656e00, 0x67616c6c65727901};
constexpr std::uint32_t kMaxMatches = 64;

/// What a JavaScript Gallery owns. No state is shared between environments: every worker has its own objects.
struct Holder {
  std::optional<Gallery> gallery;
};

// Runs before the environment's finalisers: a worker that ends without closing its gallery leaves no template behind.
void onEnvironmentEnd(void* data) { static_cast<Holder*>(data)->gallery.reset(); }

void onCollected(napi_env env, void* data, void*) {
  napi_remove_env_cleanup_hook(env, onEnvironmentEnd, data);
  delete static_cast<Holder*>(data);
}

Holder& holderOf(napi_env env, const Arguments& call) {
  bool tagged = false;
  if (napi_check_object_type_tag(env, call.receiver(), &kGalleryTag, &tagged) != napi_ok || !tagged) {
    throw Misuse{"this is not a Gallery"};
  }
  void* data = nullptr;
  require(napi_unwrap(env, call.receiver(), &data));
  return *static_cast<Holder*>(data);
}

Gallery& openGallery(napi_env env, const Arguments& call) {
  Holder& holder = holderOf(env, call);
  if (!holder.gallery) throw Misuse{"the gallery is closed"};
  return *holder.gallery;
}

napi_value construct(napi_env env, napi_callback_info info) {
  napi_value newTarget = nullptr;
  require(napi_get_new_target(env, info, &newTarget));
  if (newTarget == nullptr) throw Misuse{"Gallery must be called with new"};
  const Arguments call(env, info);
  const std::uint32_t dimensions = call.integer(0, 1, Gallery::kMaxDimensions);
  const Kernel* const kernel = findKernel(call.text(1).c_str());
  if (kernel == nullptr) throw Misuse{"this processor has no such kernel"};
  auto holder = std::make_unique<Holder>();
  holder->gallery.emplace(dimensions, *kernel);
  require(napi_type_tag_object(env, call.receiver(), &kGalleryTag));
  require(napi_wrap(env, call.receiver(), holder.get(), onCollected, nullptr, nullptr));
  napi_add_env_cleanup_hook(env, onEnvironmentEnd, holder.release());
  return call.receiver();
}

napi_value put(napi_env env, napi_callback_info info) {
  const Arguments call(env, info);
  Gallery& gallery = openGallery(env, call);
  const std::uint32_t slot = call.integer(0, 0, Gallery::kMaxSlots - 1);
  gallery.put(slot, call.floats(1, gallery.dimensions()));
  return undefinedOf(env);
}

napi_value clear(napi_env env, napi_callback_info info) {
  const Arguments call(env, info);
  Gallery& gallery = openGallery(env, call);
  return booleanOf(env, gallery.clear(call.integer(0, 0, Gallery::kMaxSlots - 1)));
}

napi_value top(napi_env env, napi_callback_info info) {
  const Arguments call(env, info);
  Gallery& gallery = openGallery(env, call);
  const float* const probe = call.floats(0, gallery.dimensions());
  const std::vector<Match> matches = gallery.top(probe, call.integer(1, 1, kMaxMatches));
  napi_value list = nullptr;
  require(napi_create_array_with_length(env, matches.size(), &list));
  for (std::uint32_t index = 0; index < matches.size(); ++index) {
    const napi_value match = newObject(env);
    setNamed(env, match, "slot", numberOf(env, matches[index].slot));
    setNamed(env, match, "similarity", numberOf(env, matches[index].similarity));
    require(napi_set_element(env, list, index, match));
  }
  return list;
}

napi_value similarityAt(napi_env env, napi_callback_info info) {
  const Arguments call(env, info);
  Gallery& gallery = openGallery(env, call);
  const std::uint32_t slot = call.integer(0, 0, Gallery::kMaxSlots - 1);
  const std::optional<float> similarity = gallery.similarityAt(slot, call.floats(1, gallery.dimensions()));
  return similarity ? numberOf(env, *similarity) : undefinedOf(env);
}

napi_value readThrough(napi_env env, napi_callback_info info) {
  // Parity only: of what is read, nothing shall be told, but the compiler must not leave out the reading.
  return numberOf(env, static_cast<double>(openGallery(env, Arguments(env, info)).readThrough() & 1u));
}

napi_value memory(napi_env env, napi_callback_info info) {
  const MemoryReport report = openGallery(env, Arguments(env, info)).memory();
  const napi_value result = newObject(env);
  setNamed(env, result, "totalBytes", numberOf(env, static_cast<double>(report.totalBytes)));
  setNamed(env, result, "lockedBytes", numberOf(env, static_cast<double>(report.lockedBytes)));
  setNamed(env, result, "excludedFromDumps", booleanOf(env, report.excludedFromDumps));
  return result;
}

napi_value close(napi_env env, napi_callback_info info) {
  holderOf(env, Arguments(env, info)).gallery.reset();
  return undefinedOf(env);
}

napi_property_descriptor method(const char* name, napi_callback call) {
  return {name, nullptr, call, nullptr, nullptr, nullptr, napi_default_method, nullptr};
}

}  // namespace

napi_value defineGalleryClass(napi_env env) {
  const napi_property_descriptor methods[] = {
      method("put", guarded<put>),       method("clear", guarded<clear>),
      method("top", guarded<top>),       method("similarityAt", guarded<similarityAt>),
      method("memory", guarded<memory>), method("readThrough", guarded<readThrough>),
      method("close", guarded<close>),
  };
  napi_value result = nullptr;
  require(napi_define_class(env, "Gallery", NAPI_AUTO_LENGTH, guarded<construct>, nullptr,
                            sizeof methods / sizeof *methods, methods, &result));
  return result;
}

}  // namespace menshen
