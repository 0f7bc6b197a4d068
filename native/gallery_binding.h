#pragma once
#include <node_api.h>

namespace menshen {

/// The JavaScript class `Gallery(dimensions, kernelName)`; throws EngineRefusal.
napi_value defineGalleryClass(napi_env env);

}  // namespace menshen
