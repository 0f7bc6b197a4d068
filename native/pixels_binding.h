#pragma once
#include <node_api.h>

namespace menshen {

/// Adds `resample`, `warp`, `luminance` and `sharpness`, as declared in src/addon/pixels.ts; throws EngineRefusal.
void definePixelFunctions(napi_env env, napi_value exports);

}  // namespace menshen
